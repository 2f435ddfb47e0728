//! R4's model of the types that messages use: `r4.txt`. `tests/fhir-validators/model.mjs` prints the file from the published
//! definitions, and a test compares the two.

use std::collections::BTreeMap;

/// The model's text, as the script prints it.
pub(super) const R4: &str = include_str!("r4.txt");

/// R4's primitive types.
const PRIMITIVES: [&str; 19] = [
    "base64Binary",
    "boolean",
    "canonical",
    "code",
    "date",
    "dateTime",
    "decimal",
    "id",
    "instant",
    "integer",
    "markdown",
    "oid",
    "positiveInt",
    "string",
    "time",
    "unsignedInt",
    "uri",
    "url",
    "uuid",
];

/// Types by name.
pub(crate) struct Model(BTreeMap<&'static str, Vec<Slot>>);

/// An element of a type, or a choice of elements.
#[derive(Clone, Copy)]
pub(crate) struct Slot {
    /// The element's name; for a choice, without the type.
    pub(crate) name: &'static str,
    /// The element's type; for a choice, the types with `|` between them, or `?` for any.
    types: &'static str,
    choice: bool,
    pub(super) many: bool,
}

/// The type of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Type<'a> {
    /// A primitive value, with the name of its type.
    Primitive(&'a str),
    /// Elements of a type in the model.
    Complex(&'a str),
    /// A resource of any type, inside an element.
    Resource,
    /// The content of a narrative.
    Xhtml,
    /// A type that the model lacks.
    Unknown,
}

impl Model {
    pub(crate) fn new() -> Self {
        let types = R4.lines().filter_map(|line| {
            let (name, members) = line.split_once(' ')?;
            Some((name, members.split(' ').filter_map(Slot::parse).collect()))
        });
        Self(types.collect())
    }

    /// Returns the elements of a type, in their order.
    pub(crate) fn slots(&self, type_name: &str) -> Option<&[Slot]> {
        self.0.get(type_name).map(Vec::as_slice)
    }

    /// Returns the element of `type_name` with this name, and its type.
    pub(super) fn element<'n>(&self, type_name: &str, name: &'n str) -> Option<(Slot, Type<'n>)> {
        let slots = self.slots(type_name)?;
        slots.iter().find_map(|slot| Some((*slot, self.meant(*slot, name)?)))
    }

    /// Returns the type that `name` selects, if `name` belongs to `slot`.
    pub(super) fn meant<'n>(&self, slot: Slot, name: &'n str) -> Option<Type<'n>> {
        if !slot.choice {
            return (slot.name == name).then(|| self.of(slot.types));
        }
        let said = name.strip_prefix(slot.name).filter(|rest| !rest.is_empty())?;
        let is_it = |known: &str| {
            known.get(1..) == said.get(1..)
                && known.chars().next().map(|c| c.to_ascii_uppercase()) == said.chars().next()
        };
        if slot.types == "?" {
            let primitive = PRIMITIVES.into_iter().find(|known| is_it(known)).map(Type::Primitive);
            let known = || {
                if self.0.contains_key(said) {
                    Type::Complex(said)
                } else {
                    Type::Unknown
                }
            };
            return Some(primitive.unwrap_or_else(known));
        }
        slot.types
            .split('|')
            .find(|known| is_it(known))
            .map(|known| self.of(known))
    }

    fn of(&self, name: &'static str) -> Type<'static> {
        match name {
            "xhtml" => Type::Xhtml,
            "Resource" => Type::Resource,
            primitive if PRIMITIVES.contains(&primitive) => Type::Primitive(primitive),
            complex if self.0.contains_key(complex) => Type::Complex(complex),
            _ => Type::Unknown,
        }
    }
}

impl Slot {
    fn parse(printed: &'static str) -> Option<Self> {
        let (name, types) = printed.split_once(':')?;
        let (types, many) = types.strip_suffix('*').map_or((types, false), |types| (types, true));
        let (name, choice) = name.strip_suffix("[x]").map_or((name, false), |name| (name, true));
        Some(Self {
            name,
            types,
            choice,
            many,
        })
    }

    /// Returns true if the slot is a choice of types: the names of its elements begin with its own name.
    pub(super) const fn is_choice(&self) -> bool {
        self.choice
    }
}
