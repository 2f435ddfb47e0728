//! Finds the modules of a crate and their imports of each other.
//!
//! It scans the text and is not a compiler. It reads `use` lines, and paths that begin with `crate`, `super`, `self` or a child
//! module. A re-export counts as an import of the module that it comes from. Code only for tests is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Path of a module in its crate; empty for the crate's root.
pub(crate) type Module = Vec<String>;

/// The modules that each module imports.
pub(crate) type Edges = BTreeMap<Module, BTreeSet<Module>>;

/// The imports of one file.
struct File {
    tokens: Vec<String>,
    /// Paths that the file names; the flag is true for a re-export.
    paths: Vec<(bool, Vec<String>)>,
    defines: BTreeSet<String>,
}

/// Reads a crate's modules.
pub(crate) fn edges(src: &Path) -> Edges {
    let mut files = BTreeMap::new();
    let mut for_tests = BTreeSet::new();
    read(src, &mut Vec::new(), &mut files, &mut for_tests);
    files.retain(|module: &Module, _| !for_tests.iter().any(|t: &Module| module.starts_with(t)));
    let names: BTreeSet<Module> = files.keys().cloned().collect();
    let mut exports: BTreeMap<Module, Vec<Vec<String>>> = BTreeMap::new();
    for (module, file) in &files {
        for (exported, path) in &file.paths {
            if let (true, Some(path)) = (*exported, absolute(module, path, &names)) {
                exports.entry(module.clone()).or_default().push(path);
            }
        }
    }
    let mut edges = Edges::new();
    for (module, file) in &files {
        let named = edges.entry(module.clone()).or_default();
        for (exported, path) in &file.paths {
            let target = absolute(module, path, &names).and_then(|path| resolve(&path, &files, &exports, 0));
            // A re-export of a child's items is not an import.
            if let Some(target) = target.filter(|t| t != module && !(*exported && t.starts_with(module))) {
                named.insert(target);
            }
        }
    }
    edges
}

fn read(folder: &Path, at: &mut Module, files: &mut BTreeMap<Module, File>, for_tests: &mut BTreeSet<Module>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if stem != "bin" {
                at.push(stem);
                read(&path, at, files, for_tests);
                at.pop();
            }
            continue;
        }
        if path.extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let mut module = at.clone();
        let is_root = at.is_empty() && matches!(stem.as_str(), "lib" | "main");
        if stem != "mod" && !is_root {
            module.push(stem);
        }
        let (tokens, tests) = without_tests(tokens(&fs::read_to_string(&path).unwrap()));
        for_tests.extend(tests.into_iter().map(|name| [module.clone(), vec![name]].concat()));
        let file = File {
            paths: paths(&tokens),
            defines: defined(&tokens),
            tokens,
        };
        // A crate with both a library and a program is read as one.
        match files.get_mut(&module) {
            Some(there) => {
                there.paths.extend(file.paths);
                there.defines.extend(file.defines);
                there.tokens.extend(file.tokens);
            }
            None => drop(files.insert(module, file)),
        }
    }
}

/// Splits code into words and signs, without comments, strings and white space. `::` is one sign.
fn tokens(code: &str) -> Vec<String> {
    let chars: Vec<char> = code.chars().collect();
    let mut found = Vec::new();
    let mut i = 0;
    while let Some(&c) = chars.get(i) {
        let rest = chars.get(i..).unwrap_or_default();
        if rest.starts_with(&['/', '/']) {
            i += rest.iter().position(|c| *c == '\n').unwrap_or(rest.len());
        } else if rest.starts_with(&['/', '*']) {
            let end = rest.windows(2).position(|two| two == ['*', '/']);
            i += end.map_or(rest.len(), |end| end + 2);
        } else if c == 'r' && matches!(rest.get(1), Some('"' | '#')) && raw_string(rest).is_some() {
            i += raw_string(rest).unwrap_or(1);
        } else if c == '"' {
            i += string(rest);
        } else if c == '\'' {
            i += character(rest);
        } else if c.is_alphanumeric() || c == '_' {
            let length = rest.iter().take_while(|c| c.is_alphanumeric() || **c == '_').count();
            found.push(rest.iter().take(length).collect());
            i += length;
        } else if rest.starts_with(&[':', ':']) {
            found.push("::".to_owned());
            i += 2;
        } else {
            if !c.is_whitespace() {
                found.push(c.to_string());
            }
            i += 1;
        }
    }
    found
}

fn string(rest: &[char]) -> usize {
    let mut i = 1;
    while let Some(c) = rest.get(i) {
        match c {
            '\\' => i += 2,
            '"' => return i + 1,
            _ => i += 1,
        }
    }
    i
}

/// Returns the length of a raw string at the beginning of `rest`, if there is one.
fn raw_string(rest: &[char]) -> Option<usize> {
    let hashes = rest.iter().skip(1).take_while(|c| **c == '#').count();
    if rest.get(1 + hashes) != Some(&'"') {
        return None;
    }
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let body = rest.get(2 + hashes..)?;
    let length = body.windows(end.len()).position(|w| w == end)?;
    Some(2 + hashes + length + end.len())
}

/// Returns the length of a character literal at the beginning of `rest`, or of the mark of a lifetime.
fn character(rest: &[char]) -> usize {
    match (rest.get(1), rest.get(2)) {
        (Some('\\'), _) => 2 + rest.iter().skip(2).take(12).position(|c| *c == '\'').unwrap_or(0) + 1,
        (Some(_), Some('\'')) => 3,
        _ => 1,
    }
}

/// Removes the items after `#[cfg(test)]` or `#[cfg(all(test, …))]`, and returns the names of the modules among them.
fn without_tests(tokens: Vec<String>) -> (Vec<String>, Vec<String>) {
    const MARKS: [&[&str]; 2] = [
        &["#", "[", "cfg", "(", "test"],
        &["#", "[", "cfg", "(", "all", "(", "test"],
    ];
    let (mut kept, mut modules) = (Vec::new(), Vec::new());
    let mut i = 0;
    while let Some(token) = tokens.get(i) {
        let is_mark = |mark: &&[&str]| tokens.get(i..i + mark.len()).is_some_and(|t| t == *mark);
        if !MARKS.iter().any(is_mark) {
            kept.push(token.clone());
            i += 1;
            continue;
        }
        i += tokens.iter().skip(i).position(|t| t == "]").map_or(0, |end| end + 1);
        if let Some(at) = tokens.iter().skip(i).take(5).position(|t| t == "mod") {
            modules.extend(tokens.get(i + at + 1).cloned());
        }
        let mut depth = 0_usize;
        while let Some(token) = tokens.get(i) {
            i += 1;
            match token.as_str() {
                "{" => depth += 1,
                "}" => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                ";" if depth == 0 => break,
                _ => {}
            }
        }
    }
    (kept, modules)
}

/// Returns every path that the code names: those in `use` lines, and those that begin with `crate`, `super`, `self` or a child.
fn paths(tokens: &[String]) -> Vec<(bool, Vec<String>)> {
    let children: BTreeSet<&str> = tokens
        .windows(3)
        .filter(|w| w[0] == "mod" && w[2] == ";")
        .map(|w| w[1].as_str())
        .collect();
    let mut found = Vec::new();
    let mut i = 0;
    while let Some(token) = tokens.get(i) {
        let before = i.checked_sub(1).and_then(|b| tokens.get(b)).map(String::as_str);
        if token == "use" {
            let exported = matches!(before, Some("pub" | ")"));
            let end = tokens.iter().skip(i).position(|t| t == ";").unwrap_or(tokens.len() - i);
            let tree = tokens.get(i + 1..i + end).unwrap_or_default();
            for path in used(tree, &[]) {
                found.push((exported, path));
            }
            i += end;
        } else if before != Some("::")
            && tokens.get(i + 1).is_some_and(|t| t == "::")
            && (matches!(token.as_str(), "crate" | "super" | "self") || children.contains(token.as_str()))
        {
            let words = tokens.get(i..).unwrap_or_default();
            let pairs = words
                .chunks(2)
                .take_while(|two| two.get(1).is_some_and(|t| t == "::"))
                .count();
            let path = words.iter().step_by(2).take(pairs + 1).cloned().collect();
            found.push((false, path));
            i += 2 * pairs;
        }
        i += 1;
    }
    found
}

/// Returns the paths in a `use` tree.
fn used(tree: &[String], prefix: &[String]) -> Vec<Vec<String>> {
    let mut path = prefix.to_vec();
    for (i, token) in tree.iter().enumerate() {
        match token.as_str() {
            "::" => {}
            "as" => break,
            "{" => {
                let inside = tree.get(i + 1..tree.len() - 1).unwrap_or_default();
                let mut depth = 0;
                let parts = inside.split(|token| {
                    match token.as_str() {
                        "{" => depth += 1,
                        "}" => depth -= 1,
                        _ => {}
                    }
                    token == "," && depth == 0
                });
                return parts
                    .filter(|part| !part.is_empty())
                    .flat_map(|part| used(part, &path))
                    .collect();
            }
            _ => path.push(token.clone()),
        }
    }
    vec![path]
}

fn defined(tokens: &[String]) -> BTreeSet<String> {
    const KEYWORDS: [&str; 7] = ["struct", "enum", "trait", "type", "const", "static", "fn"];
    let pairs = tokens.windows(2).filter(|w| KEYWORDS.contains(&w[0].as_str()));
    pairs.map(|w| w[1].clone()).collect()
}

/// Returns a path from the crate's root; `None` if it leads out of the crate.
fn absolute(module: &Module, path: &[String], names: &BTreeSet<Module>) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    let from = match first.as_str() {
        "crate" => Vec::new(),
        "self" => module.clone(),
        "super" => {
            let mut parent = module.clone();
            parent.pop();
            return match rest.first().map(String::as_str) {
                Some("super") => absolute(&parent, rest, names),
                _ => Some([parent, rest.to_vec()].concat()),
            };
        }
        _ => {
            let child = [module.as_slice(), std::slice::from_ref(first)].concat();
            return names.contains(&child).then(|| [child, rest.to_vec()].concat());
        }
    };
    Some([from, rest.to_vec()].concat())
}

/// Returns the module that contains the item of a path.
fn resolve(
    path: &[String],
    files: &BTreeMap<Module, File>,
    exports: &BTreeMap<Module, Vec<Vec<String>>>,
    depth: usize,
) -> Option<Module> {
    let length = (0..=path.len()).rev().find(|n| files.contains_key(&path[..*n]))?;
    let (module, rest) = (path[..length].to_vec(), &path[length..]);
    let Some(name) = rest.first().filter(|name| *name != "self") else {
        return Some(module);
    };
    if files[&module].defines.contains(name) || depth > 4 {
        return Some(module);
    }
    for exported in exports.get(&module).into_iter().flatten() {
        let last = exported.last()?;
        let further = match last == name {
            true => exported.clone(),
            false if last == "*" => [&exported[..exported.len() - 1], std::slice::from_ref(name)].concat(),
            false => continue,
        };
        let found = resolve(&further, files, exports, depth + 1);
        let has_it = |m: &Module| last == name || files[m].defines.contains(name);
        if let Some(found) = found.filter(has_it) {
            return Some(found);
        }
    }
    Some(module)
}

/// Returns the cycles between modules, each as one closed path. A module and its descendants are not a cycle if they reach each
/// other only through that module.
pub(crate) fn cycles(edges: &Edges) -> Vec<String> {
    let found = groups(edges).into_iter().filter(|group| !is_family(edges, group));
    found
        .map(|group| round(&within(edges, |m| group.contains(m))))
        .collect()
}

/// Returns true if one module of a group is the ancestor of all others, and the group without it is no cycle except for such
/// families.
fn is_family(edges: &Edges, group: &BTreeSet<Module>) -> bool {
    group.iter().filter(|parent| !parent.is_empty()).any(|parent| {
        let is_below = |m: &&Module| m.len() > parent.len() && m.starts_with(parent);
        let mut others = group.iter().filter(|m| *m != parent);
        let without = within(edges, |m| m != parent && group.contains(m));
        others.all(|m| is_below(&m)) && groups(&without).iter().all(|left| is_family(&without, left))
    })
}

fn within(edges: &Edges, is_in: impl Fn(&Module) -> bool) -> Edges {
    let inside = edges.iter().filter(|(module, _)| is_in(module));
    let named = |named: &BTreeSet<Module>| named.iter().filter(|m| is_in(m)).cloned().collect();
    inside.map(|(module, all)| (module.clone(), named(all))).collect()
}

/// Returns the groups of modules that reach each other.
fn groups(edges: &Edges) -> BTreeSet<BTreeSet<Module>> {
    let reached: BTreeMap<&Module, BTreeSet<&Module>> = edges.keys().map(|from| (from, reach(edges, from))).collect();
    let with = |from: &Module| -> BTreeSet<Module> {
        let back = reached[from]
            .iter()
            .filter(|to| reached.get(**to).is_some_and(|r| r.contains(from)));
        back.map(|to| (*to).clone()).collect()
    };
    edges.keys().map(with).filter(|group| group.len() > 1).collect()
}

fn reach<'e>(edges: &'e Edges, from: &Module) -> BTreeSet<&'e Module> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Module> = edges.get(from).into_iter().flatten().collect();
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(edges.get(next).into_iter().flatten());
        }
    }
    reached
}

/// Returns the shortest path from the first module of a group back to itself.
fn round(group: &Edges) -> String {
    let Some(start) = group.keys().next() else {
        return String::new();
    };
    let mut ways: std::collections::VecDeque<Vec<&Module>> = [vec![start]].into();
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in group.get(*way.last().unwrap_or(&start)).into_iter().flatten() {
            let longer = [way.as_slice(), &[next]].concat();
            if next == start {
                let names = longer.iter().map(|module| module.join("::"));
                return names.collect::<Vec<_>>().join(" -> ");
            }
            if seen.insert(next) {
                ways.push_back(longer);
            }
        }
    }
    String::new()
}
