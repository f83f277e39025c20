use domain::{Person, Role, SignInProblem};
use service::{Accounts, ServiceError, SignInError};
use std::net::IpAddr;
use store::Store;
use tempfile::TempDir;

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
const PASSWORD: &str = "correct horse battery";

async fn accounts(team: bool) -> (Accounts, Store, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("test.sqlite")).await.unwrap();
    (Accounts::new(store.clone(), team), store, dir)
}

fn token(path: &str) -> &str {
    path.strip_prefix("/welcome/").unwrap()
}

fn problem<T>(outcome: Result<T, SignInError>) -> SignInProblem {
    match outcome {
        Err(SignInError::Problem(problem)) => problem,
        Err(SignInError::Service(error)) => panic!("{error}"),
        Ok(_) => panic!("it should not have worked"),
    }
}

#[tokio::test]
async fn from_the_first_link_to_a_team() {
    let (accounts, store, _dir) = accounts(true).await;
    let first = accounts.first_link().await.unwrap().unwrap();
    assert_eq!(accounts.open_link(token(&first)).await, Ok(None));
    let short = accounts.use_link(token(&first), "Lea", "short").await;
    assert_eq!(problem(short), SignInProblem::BadPassword);
    let nameless = accounts.use_link(token(&first), " ", PASSWORD).await;
    assert_eq!(problem(nameless), SignInProblem::BadName);
    let lea = accounts
        .use_link(token(&first), "Lea", PASSWORD)
        .await
        .unwrap();
    assert_eq!(lea.person.role, Role::Lead);
    assert_eq!(accounts.who(Some(&lea.token)).await, Ok(Some(lea.person)));
    assert_eq!(accounts.first_link().await, Ok(None));

    let link = accounts.add(" Ann ", Role::Annotator).await.unwrap();
    assert_eq!(
        accounts.open_link(token(&link.path)).await,
        Ok(Some("Ann".into()))
    );
    let early = accounts.sign_in("Ann", PASSWORD, HERE).await;
    assert_eq!(problem(early), SignInProblem::Wrong);
    let ann = accounts
        .use_link(token(&link.path), "", "ann's own password")
        .await
        .unwrap();
    let again = accounts.use_link(token(&link.path), "", PASSWORD).await;
    assert_eq!(problem(again), SignInProblem::LinkGone);
    let elsewhere = accounts
        .sign_in("ann", "ann's own password", HERE)
        .await
        .unwrap();
    assert_ne!(elsewhere.token, ann.token);
    let mut ended = accounts.ended();
    accounts.sign_out_everywhere(ann.person.id).await.unwrap();
    assert_eq!(ended.recv().await, Ok(ann.person.id));
    for token in [ann.token, elsewhere.token] {
        assert_eq!(accounts.who(Some(&token)).await, Ok(None));
    }
    // Neither passwords nor tokens lie in the database.
    let stored = store.people().credentials("Ann").await.unwrap().unwrap();
    assert!(
        stored.password.starts_with("$argon2id$"),
        "{}",
        stored.password
    );
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let (accounts, _store, _dir) = accounts(true).await;
    let link = accounts.add("Ann", Role::Annotator).await.unwrap();
    accounts
        .use_link(token(&link.path), "", PASSWORD)
        .await
        .unwrap();
    for guess in 0..8 {
        let wrong = accounts
            .sign_in("Ann", &format!("guess {guess}"), HERE)
            .await;
        assert_eq!(problem(wrong), SignInProblem::Wrong);
    }
    // The right one, too: otherwise guessing would go on.
    let right = accounts.sign_in("Ann", PASSWORD, HERE).await;
    assert_eq!(problem(right), SignInProblem::Wait);
    let elsewhere = "10.0.0.9".parse().unwrap();
    accounts.sign_in("Ann", PASSWORD, elsewhere).await.unwrap();
}

#[tokio::test]
async fn a_machine_of_ones_own_asks_nobody() {
    let (accounts, _store, _dir) = accounts(false).await;
    assert_eq!(accounts.who(None).await, Ok(Some(Person::local())));
    assert_eq!(
        accounts.who(Some("nonsense")).await,
        Ok(Some(Person::local()))
    );
}

#[tokio::test]
async fn only_leads_care_for_people() {
    let f = crate::Fixture::new().await;
    let person = |role| Person {
        id: domain::PersonId(7),
        name: "x".into(),
        role,
    };
    for role in [Role::Annotator, Role::Reviewer] {
        let service = f.service.acting_as(person(role));
        for outcome in [
            service.people().await.map(drop),
            service.add_person("Eve", Role::Lead).await.map(drop),
            service.set_role(domain::PersonId(7), Role::Lead).await,
            service.set_disabled(domain::PersonId(7), true).await,
            service.reset_password(domain::PersonId(7)).await.map(drop),
        ] {
            assert!(
                matches!(outcome, Err(ServiceError::Forbidden(_))),
                "{outcome:?}"
            );
        }
    }
    let lead = f.service.acting_as(person(Role::Lead));
    lead.add_person("Ann", Role::Annotator).await.unwrap();
    assert_eq!(lead.people().await.unwrap().len(), 1);
}

#[tokio::test]
async fn people_change_their_own_password() {
    let (accounts, _store, _dir) = accounts(true).await;
    let link = accounts.add("Ann", Role::Annotator).await.unwrap();
    let ann = accounts
        .use_link(token(&link.path), "", PASSWORD)
        .await
        .unwrap();
    let elsewhere = accounts.sign_in("Ann", PASSWORD, HERE).await.unwrap();
    let forgotten = accounts.link_for(ann.person.clone()).await.unwrap();
    let mut ended = accounts.ended();
    let change =
        async |old: &str, new: &str| accounts.change_password(&ann.person, old, new, HERE).await;
    let short = change(PASSWORD, "short").await;
    assert_eq!(problem(short), SignInProblem::BadPassword);
    let wrong = change("wrong password", "another password").await;
    assert_eq!(problem(wrong), SignInProblem::WrongOld);
    assert_eq!(
        accounts.who(Some(&elsewhere.token)).await,
        Ok(Some(ann.person.clone()))
    );
    let changed = change(PASSWORD, "another password").await.unwrap();
    assert_eq!(ended.recv().await, Ok(ann.person.id));
    // Only the browser in which it was changed stays signed in, and links that were handed out are worthless.
    for token in [&ann.token, &elsewhere.token] {
        assert_eq!(accounts.who(Some(token)).await, Ok(None));
    }
    assert_eq!(
        accounts.who(Some(&changed.token)).await,
        Ok(Some(ann.person.clone()))
    );
    let gone = accounts.open_link(token(&forgotten.path)).await;
    assert_eq!(problem(gone), SignInProblem::LinkGone);
    let old = accounts.sign_in("Ann", PASSWORD, HERE).await;
    assert_eq!(problem(old), SignInProblem::Wrong);
    accounts
        .sign_in("Ann", "another password", HERE)
        .await
        .unwrap();
    for _ in 0..8 {
        let wrong = change("a guess", "yet another one").await;
        assert_eq!(problem(wrong), SignInProblem::WrongOld);
    }
    let slowed = change("another password", "yet another one").await;
    assert_eq!(problem(slowed), SignInProblem::Wait);
}

#[tokio::test]
async fn there_is_no_password_where_nobody_signs_in() {
    let (accounts, _store, _dir) = accounts(false).await;
    let changed = accounts
        .change_password(&Person::local(), "", PASSWORD, HERE)
        .await;
    assert_eq!(problem(changed), SignInProblem::WrongOld);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guesses_at_once_are_not_checked_all() {
    let (accounts, _store, _dir) = accounts(true).await;
    let link = accounts.add("Ann", Role::Annotator).await.unwrap();
    accounts
        .use_link(token(&link.path), "", PASSWORD)
        .await
        .unwrap();
    let guess = |password: String| {
        let accounts = accounts.clone();
        tokio::spawn(async move { accounts.sign_in("Ann", &password, HERE).await })
    };
    let mut guesses: Vec<_> = (0..30).map(|n| guess(format!("guess {n}"))).collect();
    let mut checked = 0;
    for guess in guesses.drain(..) {
        checked += usize::from(problem(guess.await.unwrap()) == SignInProblem::Wrong);
    }
    assert_eq!(checked, 8);
    let right = accounts.sign_in("Ann", PASSWORD, HERE).await;
    assert_eq!(problem(right), SignInProblem::Wait);
    // Behind a proxy everybody comes from there.
    let link = accounts.add("Bob", Role::Annotator).await.unwrap();
    accounts
        .use_link(token(&link.path), "", PASSWORD)
        .await
        .unwrap();
    accounts.sign_in("Bob", PASSWORD, HERE).await.unwrap();
}
