//! Second stage: choice sets.

use std::sync::Arc;

use super::gather::Gathered;
use crate::{Choice, ChoiceSet};

pub(super) fn resolve(gathered: &Gathered) -> Vec<Arc<ChoiceSet>> {
    gathered.choice_sets.values().map(|set| Arc::new(shared(set))).collect()
}

fn shared(set: &schemas::ChoiceSet) -> ChoiceSet {
    ChoiceSet {
        id: set.id.clone().unwrap_or_else(|| set.name.clone()),
        name: Some(set.name.clone()),
        label: set.label.or_name(&set.name),
        choices: set.choices.iter().map(choice).collect(),
    }
}

/// Makes the choices written in a field.
pub(super) fn own(field_id: &str, choices: &[schemas::Choice]) -> ChoiceSet {
    let choices = choices.iter().map(choice).collect();
    ChoiceSet { id: field_id.to_owned(), name: None, label: schemas::Label::default(), choices }
}

fn choice(choice: &schemas::Choice) -> Choice {
    Choice {
        id: choice.id.clone().unwrap_or_else(|| choice.value.clone()),
        value: choice.value.as_str().into(),
        label: choice.label.or_name(&choice.value),
        color: choice.color.map(|hue| hue.as_str().to_owned()),
    }
}
