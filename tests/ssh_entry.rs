//! Who gets in, over the wire: what is set first, and what counts as a proof.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::time::Duration;

use russh::Channel;
use russh::client::{Handle, KeyboardInteractiveAuthResponse as Reply, Msg};
use support::client::{self, Trusting};
use support::institution::{Institution, PASSWORD};
use support::soon;
use wardroom::credential::totp::{Seed, code_of_step};

const NEW_PASSWORD: &str = "seven tall ships and more";

async fn connect(institution: &Institution) -> Handle<Trusting> {
    client::connect(([127, 0, 0, 1], institution.port).into()).await
}

/// `pat` by password; whether that is all that is asked.
async fn by_password(institution: &Institution, password: &str) -> (Handle<Trusting>, bool) {
    let mut handle = connect(institution).await;
    let entered = soon("sign-in", handle.authenticate_password("pat", password)).await.unwrap();
    let is_in = entered.success();
    (handle, is_in)
}

/// The code behind a password.
async fn code(handle: &mut Handle<Trusting>, code: &str) -> bool {
    code_of(handle, "pat", code).await
}

/// The code behind the first proof of `login`.
async fn code_of(handle: &mut Handle<Trusting>, login: &str, code: &str) -> bool {
    let asked = handle.authenticate_keyboard_interactive_start(login, None).await.unwrap();
    assert!(matches!(asked, Reply::InfoRequest { .. }), "{asked:?}");
    let answer = handle.authenticate_keyboard_interactive_respond(vec![code.to_owned()]).await.unwrap();
    matches!(answer, Reply::Success)
}

fn change(institution: &Institution, set: &str) {
    let store = rusqlite::Connection::open(institution.at("data/wardroom.db")).unwrap();
    store.execute_batch(set).unwrap();
}

/// `pat` owes a password that another chose, and a second factor.
fn owing() -> Institution {
    let institution = Institution::open();
    change(
        &institution,
        "UPDATE users SET password_due = 1 WHERE login = 'pat';
         UPDATE credentials SET mfa_exempt = 0 WHERE user = (SELECT id FROM users WHERE login = 'pat');",
    );
    institution
}

async fn type_in(console: &Channel<Msg>, keys: &str) {
    console.data_bytes(keys.as_bytes().to_vec()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_due_password_and_a_first_second_factor_are_set_before_anything_else() {
    let institution = owing();
    let (pat, is_in) = by_password(&institution, PASSWORD).await;
    assert!(is_in);
    let refused = client::run(&pat, "users list").await;
    assert_eq!((refused.status, refused.out.as_str()), (Some(77), ""));
    assert!(refused.err.contains("set your new password first: ssh -t HOST"), "{}", refused.err);

    let mut said = pat.channel_open_session().await.unwrap();
    said.request_pty(true, "dumb", 80, 24, 0, 0, &[]).await.unwrap();
    said.exec(true, "plain").await.unwrap();
    client::until(&mut said, "New password: ").await;
    for (password, why) in [
        ("short", "Not set: must have at least 12 characters"),
        ("PasswordPassword", "Not set: must not be a common password"),
        (PASSWORD, "Not set: must not be one of the last 5 passwords"),
    ] {
        type_in(&said, &format!("{password}\r{password}\r")).await;
        let came = client::until(&mut said, why).await;
        assert!(!came.out.contains(password), "never shown: {}", came.out);
        if !came.out.ends_with("New password: ") {
            client::until(&mut said, "New password: ").await;
        }
    }
    type_in(&said, &format!("{NEW_PASSWORD}\r{NEW_PASSWORD}\r")).await;
    let came = client::until(&mut said, "Code: ").await;
    let manual = came.out.lines().find(|line| line.len() == 39 && !line.contains(':')).unwrap();
    let seed = Seed::from_base32(manual).unwrap();
    let now = wardroom::base::time::Clock::system().now().unix_seconds();
    let right = code_of_step(&seed, u64::try_from(now / 30).unwrap());
    type_in(&said, "000 00\r").await;
    client::until(&mut said, "Not set: the code is wrong").await;
    type_in(&said, &format!("{right}\r")).await;
    let came = client::until(&mut said, "Enter goes on: ").await;
    let backup: Vec<String> = came
        .out
        .lines()
        .filter(|line| line.len() == 19 && line.matches('-').count() == 3)
        .map(str::to_owned)
        .collect();
    assert_eq!(backup.len(), 10, "{}", came.out);
    type_in(&said, "\r").await;
    client::until(&mut said, "users>").await;
    assert_eq!(client::run(&pat, "whoami").await.status, Some(0), "the connection is as good as a new one");

    let (mut again, is_in) = by_password(&institution, NEW_PASSWORD).await;
    assert!(!is_in, "a code is asked from now on");
    assert!(!code(&mut again, &right).await, "that code was used");
    assert!(code(&mut again, &backup[3]).await);
    let (mut again, _) = by_password(&institution, NEW_PASSWORD).await;
    assert!(!code(&mut again, &backup[3]).await, "a backup code works once");
    let (_, is_in) = by_password(&institution, PASSWORD).await;
    assert!(!is_in);

    let told = |words: &[&str]| String::from_utf8(institution.here(words).stdout).unwrap();
    let audit = told(&["audit", "list", "--json"]);
    assert!(audit.contains("session.password") && audit.contains("session.second_factor"), "{audit}");
    let history = told(&["history", "list", "pat"]);
    assert!(history.contains("user.password_change") && history.contains("security_devices.create"));
    for secret in [NEW_PASSWORD, manual, &manual.replace(' ', ""), &right, &backup[0]] {
        assert!(!audit.contains(secret) && !history.contains(secret));
    }
    assert!(institution.here(&["audit", "verify"]).status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn on_screens_as_well_and_whoever_leaves_before_has_set_nothing() {
    let institution = owing();
    let (pat, _) = by_password(&institution, PASSWORD).await;
    let mut console = client::console(&pat).await;
    client::until(&mut console, "New password").await;
    type_in(&console, &format!("{NEW_PASSWORD}\t{NEW_PASSWORD}\r")).await;
    client::until(&mut console, "SECOND").await;
    console.window_change(60, 16, 0, 0).await.unwrap();
    client::until(&mut console, "Type this key").await;
    type_in(&console, "\x03\x03").await;
    let end = client::rest(&mut console).await;
    assert_eq!(end.status, Some(77));
    assert!(end.out.contains("\x1b[?1049l") && end.out.contains("what was due is not set"), "{}", end.out);
    let (pat, is_in) = by_password(&institution, NEW_PASSWORD).await;
    assert!(is_in, "the password is set, and the second factor still due");
    let refused = client::run(&pat, "whoami").await;
    assert!(refused.status == Some(77) && refused.err.contains("second factor"), "{}", refused.err);
    let locked = institution.here(&["user", "lock", "pat", "--reason", "left the bank", "--yes"]);
    assert!(locked.status.success());
    assert_eq!(client::run(&pat, "whoami").await.status, Some(77), "and nothing is set by who was locked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_trusted_after_its_code_needs_none_until_it_is_forgotten() {
    let institution = Institution::open();
    let by_key = async || {
        let mut handle = connect(&institution).await;
        let entered = soon("sign-in", handle.authenticate_publickey("kay", client::key(7))).await.unwrap();
        let is_in = entered.success();
        (handle, is_in)
    };
    let (mut kay, is_in) = by_key().await;
    assert!(!is_in);
    assert!(code_of(&mut kay, "kay", &support::institution::code().0).await);
    let mut console = client::console(&kay).await;
    client::until(&mut console, ":trust").await;
    type_in(&console, ":trust\r").await;
    let told = |words: &[&str]| String::from_utf8(institution.here(words).stdout).unwrap();
    soon("the key is trusted", async {
        while !told(&["audit", "list", "--json"]).contains("session.key_trusted") {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    let (kay, is_in) = by_key().await;
    assert!(is_in, "a trusted key asks no code");
    let refused = client::run(&kay, "user delete c.kim --reason 'left the bank' --yes").await;
    assert_ne!(refused.status, Some(0), "what is of high risk asks for one: {}", refused.err);
    let cleared = client::run(&kay, "self trusted clear").await;
    assert_eq!(cleared.status, Some(0), "{}", cleared.err);
    assert!(!by_key().await.1, "and asks again when it is forgotten");
    let history = told(&["history", "list", "kay"]);
    assert!(history.contains("security_devices.create") && history.contains("security_devices.destroy"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_in_is_told_of_the_last_time_and_of_what_failed_since() {
    let institution = Institution::open();
    let (pat, _) = by_password(&institution, PASSWORD).await;
    let mut console = client::console(&pat).await;
    client::until(&mut console, "your first console session").await;
    for wrong in ["a wrong password", "another wrong one"] {
        assert!(!by_password(&institution, wrong).await.1);
    }
    let (pat, _) = by_password(&institution, PASSWORD).await;
    let mut console = client::console(&pat).await;
    client::until(&mut console, "from 127.0.0.1; 2 failed tries since").await;
}
