//! The versions of an adapter: the needs that wait for the operator, the version in use, and the way back.
//!
//! The operator installs a version, takes it into use, and takes that back. A version whose needs are wider than the operator has
//! allowed waits until the operator grants them. The log of switches gives the version in use and the versions before it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bindeledd_catalogue::contract::Manifest;
use serde_json::{Map, Value};

/// Maximum number of installed versions of one adapter. The hub holds each of them ready to be called.
pub const VERSIONS_AT_MOST: usize = 8;

/// The SHA-256 of an adapter's file, which identifies a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AdapterDigest(pub [u8; 32]);

impl AdapterDigest {
    /// Parses 64 hexadecimal digits in lower case.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        let digits: Vec<u8> = raw
            .bytes()
            .map_while(|byte| match byte {
                b'0'..=b'9' => Some(byte - b'0'),
                b'a'..=b'f' => Some(byte - b'a' + 10),
                _ => None,
            })
            .collect();
        if raw.len() != 64 || digits.len() != 64 {
            return None;
        }
        let mut sum = [0; 32];
        for (byte, pair) in sum.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair[0] << 4 | pair[1];
        }
        Some(Self(sum))
    }
}

impl fmt::Display for AdapterDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A version to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chosen {
    /// The file that configuration names, whatever its digest is.
    Configured,
    /// An installed version.
    Installed(AdapterDigest),
}

impl Chosen {
    /// Parses `configured`, or a digest.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        match raw {
            "configured" => Some(Self::Configured),
            digest => AdapterDigest::parse(digest).map(Self::Installed),
        }
    }

    /// Returns the digest of an installed version.
    #[must_use]
    pub const fn digest(self) -> Option<AdapterDigest> {
        match self {
            Self::Configured => None,
            Self::Installed(digest) => Some(digest),
        }
    }
}

impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configured => f.write_str("configured"),
            Self::Installed(digest) => digest.fmt(f),
        }
    }
}

/// The needs of a version, which the operator allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdapterNeeds {
    /// Kinds that it reads.
    pub reads: BTreeSet<String>,
    /// Kinds that it writes.
    pub writes: BTreeSet<String>,
    /// Identities that the hub needs on the wire.
    pub endpoint: BTreeSet<String>,
    /// Identities that a party needs.
    pub party: BTreeSet<String>,
    /// Credential slots that its requests may name.
    pub credentials: BTreeSet<String>,
}

impl AdapterNeeds {
    /// Returns the needs that a manifest declares.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Self {
        let set = |all: &[String]| all.iter().cloned().collect();
        Self {
            reads: set(&manifest.reads),
            writes: set(&manifest.writes),
            endpoint: set(&manifest.needs.endpoint),
            party: set(&manifest.needs.party),
            credentials: set(&manifest.needs.credentials),
        }
    }

    /// Returns the needs as JSON: an array for each set.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let sets = self.each().into_iter();
        let map: Map<_, _> = sets
            .map(|(name, set)| (name.to_owned(), set.iter().cloned().collect()))
            .collect();
        map.into()
    }

    /// Reads needs from their JSON; `None` if the JSON has any other form.
    #[must_use]
    pub fn of_json(json: &Value) -> Option<Self> {
        let set = |name: &str| -> Option<BTreeSet<String>> {
            let all = json.get(name)?.as_array()?.iter();
            all.map(|one| one.as_str().map(str::to_owned)).collect()
        };
        Some(Self {
            reads: set("reads")?,
            writes: set("writes")?,
            endpoint: set("endpoint")?,
            party: set("party")?,
            credentials: set("credentials")?,
        })
    }

    /// Returns whether nothing is needed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.each().iter().all(|(_, set)| set.is_empty())
    }

    /// Returns the needs that `allowed` does not cover.
    #[must_use]
    pub fn beyond(&self, allowed: &Self) -> Self {
        let left =
            |needed: &BTreeSet<String>, allowed: &BTreeSet<String>| needed.difference(allowed).cloned().collect();
        Self {
            reads: left(&self.reads, &allowed.reads),
            writes: left(&self.writes, &allowed.writes),
            endpoint: left(&self.endpoint, &allowed.endpoint),
            party: left(&self.party, &allowed.party),
            credentials: left(&self.credentials, &allowed.credentials),
        }
    }

    /// Adds further needs.
    pub fn add(&mut self, further: &Self) {
        self.reads.extend(further.reads.iter().cloned());
        self.writes.extend(further.writes.iter().cloned());
        self.endpoint.extend(further.endpoint.iter().cloned());
        self.party.extend(further.party.iter().cloned());
        self.credentials.extend(further.credentials.iter().cloned());
    }

    /// Returns every set with its name.
    #[must_use]
    pub const fn each(&self) -> [(&'static str, &BTreeSet<String>); 5] {
        [
            ("reads", &self.reads),
            ("writes", &self.writes),
            ("endpoint", &self.endpoint),
            ("party", &self.party),
            ("credentials", &self.credentials),
        ]
    }
}

/// The needs in one line, such as `reads question, answer; credentials archive`.
impl fmt::Display for AdapterNeeds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for (name, set) in self.each() {
            if set.is_empty() {
                continue;
            }
            let all: Vec<_> = set.iter().map(String::as_str).collect();
            write!(f, "{}{name} {}", if first { "" } else { "; " }, all.join(", "))?;
            first = false;
        }
        Ok(())
    }
}

/// An installed version, as far as it matters for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledVersion {
    /// Needs.
    pub needs: AdapterNeeds,
    /// Whether the operator allowed them, by taking the version into use.
    pub is_granted: bool,
}

/// A switch of the version in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switch {
    /// Version that was in use from then on.
    pub to: Chosen,
    /// Whether it was a way back.
    pub back: bool,
}

/// The versions of one adapter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdapterVersions {
    /// Needs of the version that configuration names; `None` if it names none.
    pub configured: Option<AdapterNeeds>,
    /// Installed versions.
    pub installed: BTreeMap<AdapterDigest, InstalledVersion>,
    /// Every switch, oldest first.
    pub switches: Vec<Switch>,
}

/// Reason why a version is not installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotInstalled {
    /// The adapter has [`VERSIONS_AT_MOST`] versions.
    TooMany,
}

/// Reason why the version in use stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSwitched {
    /// There is no such version.
    Unknown,
    /// The version in use is not the one that the caller saw.
    Meanwhile,
    /// The operator has not allowed these needs.
    NeedsGrant(AdapterNeeds),
    /// There is no version to go back to.
    NothingBefore,
}

/// Reason why a version is not removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRemoved {
    /// There is no such version.
    Unknown,
    /// It is in use.
    InUse,
}

/// A planned switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switching {
    /// Version in use before; `None` if there was none.
    pub from: Option<Chosen>,
    /// Version in use afterwards.
    pub to: Chosen,
    /// Needs that the operator grants with it.
    pub grants: AdapterNeeds,
}

impl Switching {
    /// Returns whether the version was in use already.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        self.from == Some(self.to)
    }
}

impl AdapterVersions {
    /// Returns whether a version is there.
    #[must_use]
    pub fn has(&self, version: Chosen) -> bool {
        match version {
            Chosen::Configured => self.configured.is_some(),
            Chosen::Installed(digest) => self.installed.contains_key(&digest),
        }
    }

    /// Returns the versions that were taken into use and not back, oldest first, with the version in use last.
    fn line(&self) -> Vec<Chosen> {
        let mut line = vec![Chosen::Configured];
        for switch in &self.switches {
            if switch.back {
                match line.iter().rposition(|version| *version == switch.to) {
                    Some(at) => line.truncate(at + 1),
                    None => line = vec![switch.to],
                }
            } else if line.last() != Some(&switch.to) {
                line.push(switch.to);
            }
        }
        line
    }

    /// Returns the version in use; `None` if the adapter has none.
    #[must_use]
    pub fn in_use(&self) -> Option<Chosen> {
        self.line().pop().filter(|version| self.has(*version))
    }

    /// Returns the version that a way back leads to.
    #[must_use]
    pub fn before(&self) -> Option<Chosen> {
        let mut line = self.line();
        let now = line.pop()?;
        line.into_iter()
            .rev()
            .find(|version| *version != now && self.has(*version))
    }

    /// Returns the needs that the operator has allowed: those of the configured version, and of versions that were taken into use.
    #[must_use]
    pub fn allowed(&self) -> AdapterNeeds {
        let mut allowed = self.configured.clone().unwrap_or_default();
        for version in self.installed.values().filter(|version| version.is_granted) {
            allowed.add(&version.needs);
        }
        allowed
    }

    /// Returns the needs of a version that wait for a grant.
    #[must_use]
    pub fn waits_for(&self, version: Chosen) -> AdapterNeeds {
        match version.digest().and_then(|digest| self.installed.get(&digest)) {
            Some(installed) => installed.needs.beyond(&self.allowed()),
            None => AdapterNeeds::default(),
        }
    }

    /// Decides about installing a version. A version that is there is installed already.
    ///
    /// # Errors
    /// The reason why it is not installed.
    pub fn install(&self, digest: AdapterDigest) -> Result<(), NotInstalled> {
        if !self.installed.contains_key(&digest) && self.installed.len() >= VERSIONS_AT_MOST {
            return Err(NotInstalled::TooMany);
        }
        Ok(())
    }

    /// Decides about taking a version into use. `seen` is the version in use that the caller saw; `None` if the caller takes any.
    ///
    /// # Errors
    /// The reason why the version in use stays.
    pub fn switch(&self, to: Chosen, seen: Option<Chosen>, grant: bool) -> Result<Switching, NotSwitched> {
        let from = self.seen(seen)?;
        if !self.has(to) {
            return Err(NotSwitched::Unknown);
        }
        let waits = self.waits_for(to);
        if !waits.is_empty() && !grant {
            return Err(NotSwitched::NeedsGrant(waits));
        }
        Ok(Switching {
            from,
            to,
            grants: waits,
        })
    }

    /// Decides about the way back to the version before. Its needs were allowed when it was taken into use.
    ///
    /// # Errors
    /// The reason why the version in use stays.
    pub fn back(&self, seen: Option<Chosen>) -> Result<Switching, NotSwitched> {
        let from = self.seen(seen)?;
        let to = self.before().ok_or(NotSwitched::NothingBefore)?;
        let waits = self.waits_for(to);
        if !waits.is_empty() {
            return Err(NotSwitched::NeedsGrant(waits));
        }
        Ok(Switching {
            from,
            to,
            grants: AdapterNeeds::default(),
        })
    }

    /// Decides about removing a version.
    ///
    /// # Errors
    /// The reason why it stays.
    pub fn remove(&self, digest: AdapterDigest) -> Result<(), NotRemoved> {
        if !self.installed.contains_key(&digest) {
            return Err(NotRemoved::Unknown);
        }
        if self.line().last() == Some(&Chosen::Installed(digest)) {
            return Err(NotRemoved::InUse);
        }
        Ok(())
    }

    fn seen(&self, seen: Option<Chosen>) -> Result<Option<Chosen>, NotSwitched> {
        let now = self.in_use();
        match seen {
            Some(seen) if Some(seen) != now => Err(NotSwitched::Meanwhile),
            _ => Ok(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn digest(n: u8) -> AdapterDigest {
        AdapterDigest([n; 32])
    }

    const fn version(n: u8) -> Chosen {
        Chosen::Installed(digest(n))
    }

    fn needs(writes: &[&str]) -> AdapterNeeds {
        AdapterNeeds {
            writes: writes.iter().map(|kind| (*kind).to_owned()).collect(),
            ..AdapterNeeds::default()
        }
    }

    fn installed(writes: &[&str], is_granted: bool) -> InstalledVersion {
        InstalledVersion {
            needs: needs(writes),
            is_granted,
        }
    }

    fn switched(versions: &mut AdapterVersions, to: u8) {
        let switching = versions.switch(version(to), None, true).unwrap();
        versions.installed.get_mut(&digest(to)).unwrap().is_granted = true;
        versions.switches.push(Switch {
            to: switching.to,
            back: false,
        });
    }

    fn gone_back(versions: &mut AdapterVersions) -> Chosen {
        let to = versions.back(None).unwrap().to;
        versions.switches.push(Switch { to, back: true });
        to
    }

    fn three() -> AdapterVersions {
        AdapterVersions {
            configured: Some(needs(&["question"])),
            installed: [1, 2, 3].map(|n| (digest(n), installed(&["question"], false))).into(),
            switches: Vec::new(),
        }
    }

    #[test]
    fn a_hub_without_an_installed_version_uses_the_configured_one() {
        let mut versions = three();
        assert_eq!(versions.in_use(), Some(Chosen::Configured));
        assert_eq!(versions.back(None), Err(NotSwitched::NothingBefore));
        versions.configured = None;
        assert_eq!(versions.in_use(), None);
    }

    #[test]
    fn each_way_back_leads_one_version_further_and_never_to_the_one_that_was_left() {
        let mut versions = three();
        switched(&mut versions, 1);
        switched(&mut versions, 2);
        assert_eq!(gone_back(&mut versions), version(1));
        assert_eq!(gone_back(&mut versions), Chosen::Configured);
        assert_eq!(versions.back(None), Err(NotSwitched::NothingBefore));
        switched(&mut versions, 3);
        assert_eq!(gone_back(&mut versions), Chosen::Configured);
    }

    #[test]
    fn a_removed_version_is_left_out_of_the_way_back() {
        let mut versions = three();
        switched(&mut versions, 1);
        switched(&mut versions, 2);
        assert_eq!(versions.remove(digest(2)), Err(NotRemoved::InUse));
        assert_eq!(versions.remove(digest(9)), Err(NotRemoved::Unknown));
        assert_eq!(versions.remove(digest(1)), Ok(()));
        versions.installed.remove(&digest(1));
        assert_eq!(gone_back(&mut versions), Chosen::Configured);
    }

    #[test]
    fn of_two_who_saw_the_same_version_the_second_is_told() {
        let mut versions = three();
        assert!(versions.switch(version(1), Some(Chosen::Configured), false).is_ok());
        switched(&mut versions, 1);
        assert_eq!(
            versions.switch(version(2), Some(Chosen::Configured), false),
            Err(NotSwitched::Meanwhile)
        );
        assert_eq!(versions.back(Some(Chosen::Configured)), Err(NotSwitched::Meanwhile));
        assert_eq!(versions.switch(version(9), None, true), Err(NotSwitched::Unknown));
    }

    #[test]
    fn wider_needs_wait_and_a_grant_lasts_as_long_as_its_version() {
        let mut versions = three();
        versions
            .installed
            .insert(digest(4), installed(&["question", "answer"], false));
        let waits = needs(&["answer"]);
        assert_eq!(
            versions.switch(version(4), None, false),
            Err(NotSwitched::NeedsGrant(waits.clone()))
        );
        assert_eq!(versions.switch(version(4), None, true).unwrap().grants, waits);
        versions.installed.get_mut(&digest(4)).unwrap().is_granted = true;
        versions.installed.insert(digest(5), installed(&["answer"], false));
        assert!(
            versions.switch(version(5), None, false).is_ok(),
            "a need that was granted before"
        );
        versions.installed.remove(&digest(4));
        assert!(versions.switch(version(5), None, false).is_err());
    }

    #[test]
    fn a_version_too_many_is_not_installed_and_a_known_one_is_no_version_more() {
        let mut versions = three();
        for n in 4..=8 {
            assert_eq!(versions.install(digest(n)), Ok(()));
            versions.installed.insert(digest(n), installed(&[], false));
        }
        assert_eq!(versions.install(digest(9)), Err(NotInstalled::TooMany));
        assert_eq!(versions.install(digest(8)), Ok(()));
    }

    #[test]
    fn needs_come_back_from_their_json_and_say_themselves_in_a_line() {
        let mut all = needs(&["question", "answer"]);
        all.credentials.insert("archive".to_owned());
        assert_eq!(AdapterNeeds::of_json(&all.to_json()), Some(all.clone()));
        assert_eq!(AdapterNeeds::of_json(&serde_json::json!({"reads": ["question"]})), None);
        assert_eq!(all.to_string(), "writes answer, question; credentials archive");
    }

    #[test]
    fn a_version_is_read_from_its_own_text_alone() {
        for version in [Chosen::Configured, version(0xab)] {
            assert_eq!(Chosen::parse(&version.to_string()), Some(version));
        }
        let digits = digest(0xab).to_string();
        for other in [
            "",
            "Configured",
            &digits[1..],
            &digits.to_uppercase(),
            &format!("{digits}0"),
        ] {
            assert_eq!(Chosen::parse(other), None, "{other}");
        }
    }

    #[derive(Debug, Clone, Copy)]
    enum Act {
        Install(u8),
        Use { to: u8, seen: Option<u8>, grant: bool },
        Configured,
        Back,
        Remove(u8),
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            (0..6_u8).prop_map(Act::Install),
            (0..6_u8, proptest::option::of(0..6_u8), any::<bool>()).prop_map(|(to, seen, grant)| Act::Use {
                to,
                seen,
                grant
            }),
            Just(Act::Configured),
            Just(Act::Back),
            (0..6_u8).prop_map(Act::Remove),
        ]
    }

    /// A second, simpler account of the same versions: the stack itself instead of a log.
    #[derive(Debug, Default)]
    struct Model {
        stack: Vec<Chosen>,
        allowed: BTreeMap<u8, bool>,
    }

    proptest! {
        #[test]
        fn the_log_of_switches_tells_what_a_stack_tells(acts in proptest::collection::vec(act(), 0..60)) {
            let mut versions = AdapterVersions { configured: Some(needs(&["question"])), ..AdapterVersions::default() };
            let mut model = Model { stack: vec![Chosen::Configured], ..Model::default() };
            for act in acts {
                match act {
                    Act::Install(n) => {
                        if versions.install(digest(n)).is_ok() {
                            let kind = format!("kind-{}", n % 3);
                            versions.installed.entry(digest(n)).or_insert_with(|| installed(&[&kind], false));
                            model.allowed.entry(n).or_insert(false);
                        }
                    }
                    Act::Use { to, seen, grant } => {
                        let in_use = versions.in_use();
                        let granted = model.allowed.iter().any(|(n, granted)| *granted && n % 3 == to % 3);
                        let expected = model.allowed.contains_key(&to)
                            && seen.is_none_or(|seen| in_use == Some(version(seen)))
                            && (grant || granted);
                        let decided = versions.switch(version(to), seen.map(version), grant);
                        prop_assert_eq!(decided.is_ok(), expected, "{:?}", decided);
                        if let Ok(switching) = decided {
                            prop_assert_eq!(switching.from, in_use);
                            versions.installed.get_mut(&digest(to)).unwrap().is_granted = true;
                            model.allowed.insert(to, true);
                            if !switching.changes_nothing() {
                                versions.switches.push(Switch { to: version(to), back: false });
                                model.stack.push(version(to));
                            }
                        }
                    }
                    Act::Configured => {
                        let switching = versions.switch(Chosen::Configured, None, false).unwrap();
                        if !switching.changes_nothing() {
                            versions.switches.push(Switch { to: Chosen::Configured, back: false });
                            model.stack.push(Chosen::Configured);
                        }
                    }
                    Act::Back => match versions.back(None) {
                        Ok(switching) => {
                            versions.switches.push(Switch { to: switching.to, back: true });
                            while model.stack.last() != Some(&switching.to) {
                                prop_assert!(model.stack.pop().is_some(), "{:?} was never in use", switching.to);
                            }
                        }
                        Err(NotSwitched::NeedsGrant(_)) => {}
                        Err(other) => {
                            prop_assert_eq!(other, NotSwitched::NothingBefore);
                            let now = model.stack.last().copied();
                            let is_there = |v: &Chosen| Some(*v) != now && versions.has(*v);
                            prop_assert!(!model.stack.iter().any(is_there));
                        }
                    },
                    Act::Remove(n) => {
                        let is_in_use = model.stack.last() == Some(&version(n));
                        let decided = versions.remove(digest(n));
                        prop_assert_eq!(decided.is_ok(), model.allowed.contains_key(&n) && !is_in_use);
                        if decided.is_ok() {
                            versions.installed.remove(&digest(n));
                            model.allowed.remove(&n);
                        }
                    }
                }
                prop_assert_eq!(versions.in_use(), model.stack.last().copied());
                prop_assert!(versions.has(versions.in_use().unwrap()), "the version in use is always there");
                prop_assert_ne!(versions.before(), versions.in_use());
            }
        }
    }
}
