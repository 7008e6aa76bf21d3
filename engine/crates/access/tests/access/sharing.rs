//! Records that were shared with a person.

use access::Operation::{Create, Delete, Export, Read, Share, Update};
use access::{Operation, Reach};
use expression::Value;

use crate::company::{Record, deal, entity, field, id, line, may, with};

fn of_somebody() -> Record {
    deal().of_somebody()
}

#[test]
fn what_is_shared_is_open_to_who_has_a_role_for_it() {
    let shown = of_somebody().shared_for("read");
    assert!(!may(&["own"], Read, &of_somebody()) && may(&["own"], Read, &shown));
    assert!(!may(&["drawing"], Read, &shown), "a role that never reads the entity stays closed");
    assert!(!may(&["own"], Update, &shown), "to be shown it is not to change it");
    assert!(may(&["own"], Update, &of_somebody().shared_for("update")));
}

#[test]
fn sharing_opens_no_other_operation() {
    let changed = of_somebody().shared_for("update");
    for operation in [Delete, Export, Share] {
        assert!(!may(&["own"], operation, &changed), "{operation:?}");
    }
    assert!(Operation::ALL.iter().all(|it| it.shared(entity("account")).is_none()), "nobody shares accounts");
    assert!([Create, Delete, Export, Share].iter().all(|it| it.shared(entity("deal")).is_none()));
}

#[test]
fn what_is_shared_is_narrowed_as_all_is() {
    let archived = of_somebody().shared_for("read").set("archived", Value::Boolean(true));
    assert!(!may(&["own"], Read, &archived));
}

#[test]
fn lines_are_shared_with_what_they_belong_to() {
    let access = with(&["own"]);
    let open = |operation: Operation, line: &Record| line.is_open(access.grant(&id("item"), operation).as_ref());
    for operation in [Read, Create, Delete, Export] {
        assert!(!open(operation, &line(1)), "{operation:?} of a cheap one");
        assert!(open(operation, &line(6)), "{operation:?} of a dear one");
    }
    let (shown, changed) = (line(1).shared_for("read"), line(1).shared_for("update"));
    assert!(open(Read, &shown) && !open(Create, &shown) && !open(Delete, &shown));
    assert!(open(Create, &changed) && open(Delete, &changed), "a deal is changed by its lines");
    assert!(!open(Export, &changed));
}

#[test]
fn of_a_shared_record_each_role_says_of_fields_what_it_does() {
    let grant = with(&["own", "small"]).read(&id("deal")).unwrap();
    let reach = grant.reach(field("deal", "cost"));
    assert!(matches!(reach, Reach::Some(_)));
    let large = of_somebody().amounts_to(500);
    assert!(!large.is_reached(&reach), "large, and hidden by the role that opens what is mine");
    assert!(large.shared_for("read").is_reached(&reach));
}
