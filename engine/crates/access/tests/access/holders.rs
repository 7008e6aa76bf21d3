//! Who asks: people of roles, the engine for a reason, and whoever judges a rule.

use std::sync::Arc;

use access::{Access, Actor, Clock, Operation, Reason};
use catalog::{Catalog, Rights};

use crate::company::{ME, catalog, clock, id, with};

fn rights(roles: &[&str]) -> [bool; 3] {
    let Rights { use_applications, design, administer } = with(roles).rights();
    [use_applications, design, administer]
}

#[test]
fn rights_over_the_workspace_add_up() {
    assert_eq!(rights(&[]), [false; 3], "who has no role has no right");
    assert_eq!(rights(&["nobody_made_it"]), [false; 3], "nor has who has a role that is not there");
    assert_eq!(rights(&["own"]), [true, false, false]);
    assert_eq!(rights(&["drawing"]), [false, true, false]);
    assert_eq!(rights(&["managing"]), [false, false, true]);
    assert_eq!(rights(&["own", "small"]), [true, false, false], "a role without rights takes none away");
    assert_eq!(rights(&["small", "own", "drawing", "managing", "small"]), [true; 3]);
    assert_eq!(rights(&["administrator"]), [true; 3]);
}

#[test]
fn a_person_is_who_they_are() {
    let access = with(&["own"]);
    assert_eq!(access.user(), Some(ME));
    assert_eq!(access.actor(), Some(&Actor { user: ME, roles: vec!["own".to_owned()] }));
    assert_eq!(access.reason(), None);
    assert_eq!(access.clock(), clock());
    assert!(Arc::ptr_eq(access.catalog(), &catalog()));
}

#[test]
fn the_engine_asks_for_a_reason_and_for_nobody() {
    let access = Access::system(Reason::SignIn, catalog());
    assert_eq!(access.reason(), Some(Reason::SignIn));
    assert_eq!((access.user(), access.actor()), (None, None));
    assert_eq!(access.rights(), Rights { use_applications: true, design: true, administer: true });
    for operation in Operation::ALL {
        for entity in ["deal", "audit_event", "user"] {
            let grant = access.grant(&id(entity), operation).unwrap();
            assert!(grant.condition().is_none(), "{entity} {operation:?}");
        }
    }
}

#[test]
fn a_rule_is_judged_for_a_person_with_every_right() {
    let judge = with(&["own"]).read(&id("deal")).unwrap().judge();
    assert_eq!(judge.user(), Some(ME), "a rule that names the user means whoever asks");
    assert_eq!(judge.clock(), clock(), "and their clock");
    assert_eq!(judge.actor(), None, "but they do not act");
    assert_eq!(judge.reason(), Some(Reason::AccessRule));
    assert_eq!(judge.rights(), Rights { use_applications: true, design: true, administer: true });
    assert!(Arc::ptr_eq(judge.catalog(), &catalog()));
    assert!(judge.read(&id("account")).unwrap().condition().is_none(), "closed to the person, open to the rule");
    let of_engine = Access::system(Reason::Integrity, catalog()).read(&id("deal")).unwrap().judge();
    assert_eq!(of_engine.user(), None);
}

#[test]
fn explanations_judge_as_rules_do() {
    let judging = with(&["own"]).judge_of(&id("account")).unwrap();
    assert_eq!(judging.operation(), Operation::Read);
    assert_eq!(judging.entity().name, "account");
    assert!(judging.condition().is_none());
    assert_eq!(judging.judge().user(), Some(ME));
    let missing = catalog::EntityId::new("nothing");
    assert!(with(&["own"]).judge_of(&missing).is_none());
}

#[test]
fn the_same_person_has_other_rights_over_another_catalog() {
    let other = Arc::new(catalog::fixture::catalog(
        "deal: title text\n{\"kind\": \"role\", \"name\": \"own\", \"rights\": [\"design\"], \"entities\": {}}",
    ));
    let moved = with(&["own"]).over(Arc::clone(&other));
    assert!(Arc::ptr_eq(moved.catalog(), &other));
    assert_eq!((moved.user(), moved.clock()), (Some(ME), clock()));
    assert!(moved.rights().design && !moved.rights().use_applications);
    assert!(moved.read(&id("deal")).is_none(), "what the role gave before is forgotten");
    let engine = Access::system(Reason::Bookkeeping, catalog()).over(other);
    assert_eq!(engine.reason(), Some(Reason::Bookkeeping));
    let judge = with(&["own"]).read(&id("deal")).unwrap().judge().over(catalog());
    assert_eq!((judge.user(), judge.reason(), judge.clock()), (Some(ME), Some(Reason::AccessRule), clock()));
}

#[test]
fn what_is_made_for_roles_is_for_those_who_have_one() {
    let made_for = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<String>>();
    assert!(with(&[]).plays(&[]), "made for none it is for everybody");
    assert!(with(&["own"]).plays(&made_for(&["small", "r_own"])), "roles are known by identity");
    assert!(!with(&["own"]).plays(&made_for(&["own"])), "and not by name");
    assert!(!with(&["own"]).plays(&made_for(&["small"])));
    assert!(!with(&[]).plays(&made_for(&["small"])));
    assert!(with(&["administrator"]).plays(&made_for(&["small"])));
    assert!(Access::system(Reason::CommandLine, catalog()).plays(&made_for(&["small"])));
}

#[test]
fn a_designer_is_who_has_that_role_and_not_all_rights() {
    assert!(with(&["designer"]).is_designer());
    assert!(with(&["own", "designer"]).is_designer());
    assert!(!with(&["administrator", "designer"]).is_designer(), "every right is more than that");
    assert!(!with(&["administrator"]).is_designer());
    assert!(!with(&["drawing"]).is_designer(), "the right to draw is another thing");
    assert!(!with(&[]).is_designer());
    assert!(!Access::system(Reason::CommandLine, catalog()).is_designer());
}

#[test]
fn an_unknown_administrator_is_none() {
    let bare: Arc<Catalog> = Arc::new(catalog::fixture::catalog("deal: title text"));
    let actor = |role: &str| Actor { user: ME, roles: vec![role.to_owned()] };
    let every = Access::of(actor("administrator"), Arc::clone(&bare), Clock::default());
    assert!(every.grant(&id("deal"), Operation::Delete).is_some());
    let none = Access::of(actor("administrators"), bare, Clock::default());
    assert!(none.read(&id("deal")).is_none());
}
