//! Last stage: rules and defaults are checked against the finished catalog.

use diagnostic::Diagnostic;

use super::fields::Expressions;
use crate::Catalog;

pub(super) fn resolve(_catalog: &mut Catalog, _sources: &[Expressions], _problems: &mut Vec<Diagnostic>) {}
