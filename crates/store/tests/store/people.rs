use crate::{Fixture, open};
use domain::{PersonId, Role};
use store::{LinkFor, Store, StoreError};

/// A token's hash, for tests.
fn hash(n: u8) -> [u8; 32] {
    [n; 32]
}

/// Somebody with a password, signed in with token `n`.
async fn signed_in(store: &Store, name: &str, role: Role, n: u8) -> PersonId {
    let person = store.people().add(name, role).await.unwrap();
    let sign_ins = store.sign_ins();
    let link = hash(n + 100);
    sign_ins
        .offer_link(Some(person.id), &link, 1)
        .await
        .unwrap();
    let used = sign_ins
        .use_link(&link, "", "a hash", &hash(n), 1)
        .await
        .unwrap();
    assert_eq!(used, Some(person.clone()));
    person.id
}

#[tokio::test]
async fn names_are_taken_once_in_any_case_and_local_is_nobody() {
    let f = Fixture::new().await;
    let people = f.store.people();
    people.add("Ann", Role::Annotator).await.unwrap();
    for taken in ["ann", "ANN", "Local"] {
        let again = people.add(taken, Role::Lead).await;
        assert!(matches!(again, Err(StoreError::Conflict(_))), "{taken}");
    }
    let names: Vec<String> = people
        .list()
        .await
        .unwrap()
        .into_iter()
        .map(|m| m.person.name)
        .collect();
    assert_eq!(names, ["Ann"]);
    for id in [PersonId::LOCAL, PersonId(99)] {
        assert!(matches!(people.get(id).await, Err(StoreError::NotFound(_))));
        let role = people.set_role(id, Role::Annotator).await;
        assert!(matches!(role, Err(StoreError::NotFound(_))));
    }
}

#[tokio::test]
async fn a_sign_in_survives_a_kill_and_ends_when_it_should() {
    let f = Fixture::new().await;
    let ann = signed_in(&f.store, "Ann", Role::Annotator, 1).await;
    let f = f.reopen().await;
    let sign_ins = f.store.sign_ins();
    let who = async |n| {
        sign_ins
            .who(&hash(n))
            .await
            .unwrap()
            .map(|person| person.id)
    };
    assert_eq!(who(1).await, Some(ann));
    assert_eq!(who(2).await, None);
    sign_ins.begin(ann, &hash(2), 1).await.unwrap();
    sign_ins.begin(ann, &hash(3), 0).await.unwrap();
    assert_eq!(who(3).await, None, "it has run out");
    sign_ins.end(&hash(1)).await.unwrap();
    assert_eq!((who(1).await, who(2).await), (None, Some(ann)));
    sign_ins.begin(ann, &hash(1), 1).await.unwrap();
    sign_ins.end_all(ann).await.unwrap();
    assert_eq!((who(1).await, who(2).await), (None, None));
}

#[tokio::test]
async fn shutting_out_ends_everything() {
    let f = Fixture::new().await;
    signed_in(&f.store, "Lea", Role::Lead, 1).await;
    let ann = signed_in(&f.store, "Ann", Role::Annotator, 2).await;
    let sign_ins = f.store.sign_ins();
    sign_ins.offer_link(Some(ann), &hash(50), 1).await.unwrap();
    f.store.people().set_disabled(ann, true).await.unwrap();
    assert_eq!(sign_ins.who(&hash(2)).await.unwrap(), None);
    assert_eq!(sign_ins.link(&hash(50)).await.unwrap(), None);
    assert!(f.store.people().credentials("Ann").await.unwrap().is_none());
    f.store.people().set_disabled(ann, false).await.unwrap();
    assert!(f.store.people().credentials("ann").await.unwrap().is_some());
    assert_eq!(sign_ins.who(&hash(2)).await.unwrap(), None);
}

#[tokio::test]
async fn somebody_is_always_left_who_can_let_others_in() {
    let f = Fixture::new().await;
    let lea = signed_in(&f.store, "Lea", Role::Lead, 1).await;
    // Has no password yet, so it does not count.
    f.store.people().add("Leo", Role::Lead).await.unwrap();
    let people = f.store.people();
    assert!(matches!(
        people.set_role(lea, Role::Reviewer).await,
        Err(StoreError::Conflict(_))
    ));
    assert!(matches!(
        people.set_disabled(lea, true).await,
        Err(StoreError::Conflict(_))
    ));
    assert_eq!(people.get(lea).await.unwrap().role, Role::Lead);
    signed_in(&f.store, "Lou", Role::Lead, 2).await;
    people.set_role(lea, Role::Reviewer).await.unwrap();
    assert_eq!(people.get(lea).await.unwrap().role, Role::Reviewer);
}

#[tokio::test]
async fn a_link_works_once_and_a_newer_one_takes_its_place() {
    let f = Fixture::new().await;
    let ann = signed_in(&f.store, "Ann", Role::Annotator, 1).await;
    let sign_ins = f.store.sign_ins();
    for n in [10, 11] {
        sign_ins.offer_link(Some(ann), &hash(n), 1).await.unwrap();
    }
    assert_eq!(sign_ins.link(&hash(10)).await.unwrap(), None);
    assert!(matches!(
        sign_ins.link(&hash(11)).await.unwrap(),
        Some(LinkFor::Person(person)) if person.id == ann
    ));
    let choose = async |link| {
        sign_ins
            .use_link(&hash(link), "", "another hash", &hash(20), 1)
            .await
            .unwrap()
    };
    assert!(choose(11).await.is_some());
    assert!(choose(11).await.is_none());
    // Whoever was signed in with the old password is not any more.
    assert_eq!(sign_ins.who(&hash(1)).await.unwrap(), None);
    assert!(sign_ins.who(&hash(20)).await.unwrap().is_some());
    let stored = f.store.people().credentials("Ann").await.unwrap().unwrap();
    assert_eq!(stored.password, "another hash");
    sign_ins.offer_link(Some(ann), &hash(12), 0).await.unwrap();
    assert_eq!(
        sign_ins.link(&hash(12)).await.unwrap(),
        None,
        "it has run out"
    );
}

#[tokio::test]
async fn the_first_link_makes_the_first_lead_only() {
    let f = Fixture::new().await;
    let sign_ins = f.store.sign_ins();
    f.store.people().add("Ann", Role::Annotator).await.unwrap();
    assert!(!f.store.people().has_lead().await.unwrap());
    sign_ins.offer_link(None, &hash(9), 1).await.unwrap();
    assert_eq!(
        sign_ins.link(&hash(9)).await.unwrap(),
        Some(LinkFor::FirstLead)
    );
    let choose = async |name| sign_ins.use_link(&hash(9), name, "hash", &hash(1), 1).await;
    assert!(matches!(choose("ann").await, Err(StoreError::Conflict(_))));
    let lea = choose("Lea").await.unwrap().unwrap();
    assert_eq!((lea.name.as_str(), lea.role), ("Lea", Role::Lead));
    assert!(choose("Eve").await.unwrap().is_none());
    // A link that was printed before somebody else became the first.
    sign_ins.offer_link(None, &hash(8), 1).await.unwrap();
    assert_eq!(sign_ins.link(&hash(8)).await.unwrap(), None);
    let store = open(&f.dir).await;
    assert!(store.people().has_lead().await.unwrap());
}

#[tokio::test]
async fn a_password_that_a_lead_took_away_changes_nothing() {
    let f = Fixture::new().await;
    let ann = signed_in(&f.store, "Ann", Role::Annotator, 1).await;
    let sign_ins = f.store.sign_ins();
    let change = async |before: &str, n| {
        sign_ins
            .change_password(ann, (before, "another hash"), &hash(n), 1)
            .await
            .unwrap()
    };
    assert!(!change("a hash of before", 2).await);
    assert_eq!(sign_ins.who(&hash(2)).await.unwrap(), None);
    assert!(sign_ins.who(&hash(1)).await.unwrap().is_some());
    assert!(change("a hash", 3).await);
    assert!(sign_ins.who(&hash(3)).await.unwrap().is_some());
}
