use std::collections::HashSet;
use std::fmt;

use crate::message::Callable;

/// The longest name of a unit that a message repeats.
const SHOWN: usize = 200;

/// Packages of code: what a function that travels by reference may refer to.
///
/// A package is the beginning of a unit's name, up to a dot: `com.acme` holds `com.acme.Rates` and
/// `com.acme.tax.Vat`, not `com.acmeric.Rates`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodePackages {
    named: Vec<String>,
    everywhere: Vec<String>,
    everywhere_alone: HashSet<String>,
}

impl CodePackages {
    /// These packages, and those below them.
    pub fn of<S: Into<String>>(named: impl IntoIterator<Item = S>) -> Self {
        Self {
            named: named.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// With what every process has, so that no message lists it: packages with those below them, and
    /// packages `alone`, without.
    #[must_use]
    pub fn with_everywhere(
        self,
        packages: impl IntoIterator<Item = String>,
        alone: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            named: self.named,
            everywhere: packages.into_iter().collect(),
            everywhere_alone: alone.into_iter().collect(),
        }
    }

    /// Whether a unit of that name is in one of the packages.
    pub fn hold(&self, unit: &str) -> bool {
        let alone = unit.rsplit_once('.').map(|(package, _)| package);
        alone.is_some_and(|package| self.everywhere_alone.contains(package))
            || self
                .named
                .iter()
                .chain(&self.everywhere)
                .any(|package| is_below(unit, package))
    }

    /// Answers what keeps a callable from travelling by reference to these packages, if anything does.
    pub(crate) fn objection(&self, callable: &Callable) -> Option<String> {
        if let Some(unit) = callable.carried.first() {
            return Some(format!(
                "it carries {} units of code, '{}' among them",
                callable.carried.len(),
                shown(&unit.name)
            ));
        }
        let outside = callable
            .referenced
            .iter()
            .find(|unit| !self.hold(&unit.name))?;
        Some(format!(
            "it refers to '{}', which is in none of these packages",
            shown(&outside.name)
        ))
    }
}

impl fmt::Display for CodePackages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.named.is_empty() {
            f.write_str("no packages")
        } else {
            f.write_str(&self.named.join(", "))
        }
    }
}

fn is_below(unit: &str, package: &str) -> bool {
    !package.is_empty()
        && unit
            .strip_prefix(package)
            .is_some_and(|rest| rest.starts_with('.'))
}

fn shown(name: &str) -> String {
    name.chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect()
}
