//! On which records an operation is open.

use access::Operation::{Create, Delete, Export, Read, Share, Update};
use access::{Operation, Reason};
use catalog::EntityId;
use expression::Value;

use crate::company::{catalog, deal, entity, id, may, with};

#[test]
fn operations_have_the_words_of_documents() {
    let words: Vec<&str> = Operation::ALL.into_iter().map(Operation::name).collect();
    assert_eq!(words, ["read", "create", "update", "delete", "export", "share"]);
}

#[test]
fn what_no_role_opens_is_closed() {
    for operation in Operation::ALL {
        assert!(with(&[]).grant(&id("deal"), operation).is_none(), "{operation:?} without a role");
        assert!(with(&["drawing"]).grant(&id("deal"), operation).is_none(), "{operation:?} of a role of other things");
    }
    assert!(with(&["same"]).grant(&id("deal"), Update).is_none(), "reading is not changing");
    assert!(with(&["administrator"]).read(&EntityId::new("nothing")).is_none(), "there is no such entity");
}

#[test]
fn a_grant_tells_what_it_is_for() {
    let access = with(&["own"]);
    let grant = access.grant(&id("deal"), Update).unwrap();
    assert_eq!((grant.operation(), grant.entity().name.as_str()), (Update, "deal"));
    let read = access.read(&id("deal")).unwrap();
    assert_eq!(read.operation(), Read);
    assert_eq!(access.grant(&id("deal"), Read).unwrap().condition(), read.condition(), "asked again it is the same");
    assert_eq!(access.grant(&id("item"), Read).unwrap().entity().name, "item", "each entity has its own");
}

#[test]
fn a_rule_opens_what_it_is_true_on() {
    for operation in [Read, Update, Delete, Export, Share] {
        assert!(may(&["own"], operation, &deal()), "{operation:?} of mine");
        assert!(!may(&["own"], operation, &deal().of_somebody()), "{operation:?} of somebody's");
    }
    assert!(may(&["own"], Create, &deal().of_somebody()), "making is open on any");
}

#[test]
fn a_second_role_only_adds() {
    let (mine, small) = (deal().amounts_to(500), deal().of_somebody().amounts_to(5));
    let neither = deal().of_somebody().amounts_to(500);
    assert!(may(&["own"], Read, &mine) && !may(&["own"], Read, &small));
    assert!(!may(&["small"], Read, &mine) && may(&["small"], Read, &small));
    assert!(may(&["own", "small"], Read, &mine) && may(&["own", "small"], Read, &small));
    assert!(!may(&["own", "small"], Read, &neither));
    assert!(may(&["own", "any"], Read, &neither), "a role without a condition opens all");
    assert!(may(&["small", "own"], Update, &neither), "and a role that never does takes nothing away");
}

#[test]
fn the_same_rule_of_two_roles_is_asked_once() {
    let one = with(&["same"]).read(&id("deal")).unwrap();
    let two = with(&["same", "same"]).read(&id("deal")).unwrap();
    assert_eq!(one.condition(), two.condition());
}

#[test]
fn a_rule_that_is_always_true_is_none() {
    let grant = with(&["trusting", "own"]).grant(&id("deal"), Read).unwrap();
    let narrowing = &entity("deal").access.read[0].expr;
    assert_eq!(grant.condition(), Some(narrowing), "what is left is what the entity says");
}

#[test]
fn an_entity_narrows_what_roles_open() {
    let cases = [
        (Read, deal().set("archived", Value::Boolean(true))),
        (Create, deal().amounts_to(1_000)),
        (Update, deal().set("stage", Value::Text("won".into()))),
        (Delete, deal().amounts_to(1)),
        (Export, deal().set("cost", Value::Integer(1))),
    ];
    for (operation, narrowed) in &cases {
        assert!(may(&["own"], *operation, &deal()), "{operation:?}");
        assert!(!may(&["own"], *operation, narrowed), "{operation:?} is narrowed");
        assert!(may(&["administrator"], *operation, narrowed), "{operation:?} is not, for an administrator");
    }
    let all = with(&["any"]).read(&id("deal")).unwrap();
    assert!(!cases[0].1.is_open(Some(&all)), "a role without a condition is narrowed as well");
    for (_, narrowed) in cases {
        assert!(may(&["own"], Share, &narrowed), "sharing is narrowed by nothing");
    }
}

#[test]
fn an_administrator_may_do_everything_but_write_what_the_product_writes() {
    let access = with(&["administrator", "own"]);
    for operation in Operation::ALL {
        assert!(access.grant(&id("deal"), operation).unwrap().condition().is_none(), "{operation:?}");
        let reads = matches!(operation, Read | Export);
        assert_eq!(access.grant(&id("audit_event"), operation).is_some(), reads, "{operation:?} of the audit");
        assert_eq!(access.grant(&id("role"), operation).is_some(), reads, "{operation:?} of roles");
        let of_engine = access::Access::system(Reason::Bookkeeping, catalog());
        assert!(of_engine.grant(&id("audit_event"), operation).is_some(), "{operation:?} by the product");
    }
}

#[test]
fn a_role_opens_no_more_of_what_the_product_writes() {
    let access = with(&["managing"]);
    let open: Vec<Operation> =
        Operation::ALL.into_iter().filter(|it| access.grant(&id("audit_event"), *it).is_some()).collect();
    assert_eq!(open, [Read, Export], "making was granted in vain");
    assert!(access.grant(&id("user"), Create).is_some() && access.grant(&id("user"), Share).is_none());
}
