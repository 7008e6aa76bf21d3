//! Second stage: choice sets.

use std::sync::Arc;

use super::fields::Draft;
use super::gather::Gathered;
use crate::system::MEASURE_TARGET;
use crate::{Choice, ChoiceSet, FieldKind};

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

/// Gives the targets of measures the measures to choose of: by identity, so that a rename keeps them.
pub(super) fn of_measures(gathered: &Gathered, drafts: &mut [Draft]) {
    let measure = |measure: &&schemas::Measure| {
        let id = measure.id.as_deref().unwrap_or(&measure.name);
        Choice { id: id.to_owned(), value: id.into(), label: measure.label.or_name(&measure.name), color: None }
    };
    let choices: Vec<Choice> = gathered.measures.values().map(measure).collect();
    let targets = drafts.iter_mut().filter(|draft| draft.entity.id.as_str() == MEASURE_TARGET);
    for field in targets.flat_map(|draft| &mut draft.entity.fields).filter(|field| field.name == "measure") {
        if let FieldKind::Choice(set) = &mut field.kind {
            *set = Arc::new(ChoiceSet { choices: choices.clone(), ..(**set).clone() });
        }
    }
}

fn choice(choice: &schemas::Choice) -> Choice {
    Choice {
        id: choice.id.clone().unwrap_or_else(|| choice.value.clone()),
        value: choice.value.as_str().into(),
        label: choice.label.or_name(&choice.value),
        color: choice.color.map(|hue| hue.as_str().to_owned()),
    }
}
