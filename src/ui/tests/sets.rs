//! Marked sets: marking, what is told before acting, the job as it goes.

use std::collections::BTreeMap;

use super::*;
use crate::actions::request::Target;
use crate::directory::words::Words;
use crate::domain::job::{Job, JobRow, JobState, Progress, RowResult};
use crate::protocol::{JobReport, Judged};

impl Desk {
    /// What a store would say about sets and jobs; user 3 is locked already.
    pub(super) fn of_set(&self, query: &Query) -> Reply {
        match query {
            Query::Ids { filter, .. } => {
                let users = Query::Users {
                    filter: filter.clone(),
                    sort: Sort::default(),
                    from: From::Start,
                    rows: usize::MAX,
                };
                let Reply::Users(page) = self.reply(&users) else { unreachable!() };
                Reply::Ids { users: page.rows.iter().map(|row| row.id).collect(), more: false }
            }
            Query::Marks { filter, users } => {
                let filter = filter.clone().among(users.clone());
                let Reply::Count { matching, .. } = self.reply(&Query::Count { filter }) else {
                    unreachable!()
                };
                let gone = users.iter().filter(|user| !self.rows.iter().any(|row| row.id == **user));
                Reply::Marks { matching: usize::try_from(matching).unwrap(), gone: gone.copied().collect() }
            }
            Query::Preview { users, from, .. } => {
                Reply::Preview(users[*from..].iter().take(4).map(|user| judged(*user)).collect())
            }
            Query::FilterWords => {
                let tags = vec!["test".to_owned(), "vip".to_owned()];
                Reply::FilterWords(Box::new(Words { tags, ..Words::default() }))
            }
            Query::NotDone { .. } => Reply::Ids { users: vec![UserId(2), UserId(3)], more: false },
            Query::Jobs { .. } => Reply::Jobs(vec![job(JobState::Running, 3)]),
            Query::Job { .. } => {
                Reply::Job(Box::new(JobReport { job: job(JobState::Running, 3), rows: vec![] }))
            }
            Query::Me
            | Query::Sessions { .. }
            | Query::Session { .. }
            | Query::AuditChain { .. }
            | Query::Target { .. }
            | Query::Making { .. }
            | Query::Why { .. }
            | Query::Groups
            | Query::Roles
            | Query::Role { .. }
            | Query::Group { .. }
            | Query::Choices { .. }
            | Query::Users { .. }
            | Query::Count { .. }
            | Query::User { .. }
            | Query::UserById { .. }
            | Query::Notes { .. }
            | Query::History { .. }
            | Query::Menu { .. }
            | Query::Undoable { .. }
            | Query::AuditEntry { .. }
            | Query::Audit { .. } => unreachable!("it is not about sets"),
        }
    }

    fn report(&mut self, state: JobState, cursor: u64) {
        let query = Query::Job {
            job: JobId(5),
            failed_only: false,
            before: None,
            rows: crate::base::limits::JOB_PAGE_ROWS,
        };
        let row = JobRow {
            position: 0,
            user: UserId(1),
            called: "Ada Novak1 (user0001)".into(),
            result: RowResult::Done,
            text: "status ACTIVE -> LOCKED_BY_ADMIN".into(),
            audit: 17,
        };
        let report = JobReport { job: job(state, cursor), rows: vec![row] };
        self.answer_query(query, Reply::Job(Box::new(report)));
    }
}

fn judged(user: UserId) -> Judged {
    let locked = user == UserId(3);
    Judged {
        user,
        called: format!("Ada Novak{} (user{:04})", user.0, user.0),
        version: 7,
        differences: if locked { vec![] } else { receipt().differences },
        refusal: locked.then(|| Refusal::new(Rule::State, "user is locked already", "")),
    }
}

fn job(state: JobState, cursor: u64) -> Job {
    Job {
        id: JobId(5),
        action: "user.lock".into(),
        undoes: None,
        operator: UserId(90_000),
        login: "m.okafor".into(),
        state,
        why: String::new(),
        progress: Progress { total: 12, cursor, done: cursor, skipped: 0, failed: 0 },
        made_at: start(),
        ended_at: None,
        import: None,
    }
}

#[test]
fn space_marks_and_moves_on_and_esc_never_unmarks() {
    let mut desk = Desk::with(5);
    desk.press("<space><space>");
    assert!(
        desk.line("user0001").starts_with(" *") && desk.line("user0003").starts_with('>'),
        "{}",
        desk.screen()
    );
    desk.sees("2 marked");
    desk.press("<esc><esc>");
    desk.sees("2 marked");
    desk.press("k<space>");
    desk.sees("1 marked");
    desk.press("U");
    desk.sees_not("marked");
}

#[test]
fn a_range_is_drawn_as_it_grows_and_ends_with_space() {
    let mut desk = Desk::with(40);
    desk.press("jv<pgdn>");
    desk.sees("range of 16; Space ends it");
    assert!(desk.line("user0017").contains('*'), "{}", desk.screen());
    desk.press("<esc>");
    desk.sees_not("range of");
    desk.press("v<up><up><space>");
    desk.sees("3 marked");
}

#[test]
fn all_that_match_are_frozen_and_survive_another_filter() {
    let mut desk = Desk::with(60);
    desk.press("/user000<enter>*");
    desk.sees("9 marked");
    desk.press("<esc><esc>/user0001<enter>");
    desk.wait(7000);
    desk.sees("9 marked (8 outside filter)");
    desk.press("<esc>'");
    desk.sees("9 of 60");
    desk.press("'");
    desk.sees("60 of 60");
}

#[test]
fn who_is_deleted_elsewhere_falls_out_of_the_marks_with_a_note() {
    let mut desk = Desk::with(5);
    desk.press("<space><space>");
    desk.rows.remove(0);
    desk.tell(Msg::Changed);
    desk.sees("1 marked user is not there any more");
    desk.wait(7000);
    desk.sees("1 marked");
}

#[test]
fn no_menu_opens_before_it_is_known_who_was_marked() {
    let mut desk = Desk::with(5);
    desk.answers = false;
    desk.press("*a");
    desk.sees_not("Actions for");
    desk.sees("still finding whom to mark: press a again");
    desk.serve();
    desk.press("a");
    desk.serve();
    desk.sees("Actions for 5 marked users");
}

#[test]
fn the_menu_of_a_set_names_its_size_and_dims_what_is_done_one_by_one() {
    let mut desk = Desk::with(5);
    desk.press("<space><space>a");
    desk.sees("Actions for 2 marked users");
    assert!(desk.line("n Add a note").contains("- is done to one user at a time"), "{}", desk.screen());
    desk.press("n");
    desk.sees("note: Add a note: is done to one user at a time");
}

#[test]
fn a_small_set_is_looked_at_one_by_one_and_needs_a_reason_only() {
    let mut desk = Desk::with(5);
    desk.press("/user<enter>*al");
    for text in ["Users   5 marked users", "Runs    4 of 5, 1 skipped", "1: user is locked already", "Reason"]
    {
        desk.sees(text);
    }
    desk.sees("[ Unlock 4 users ]");
    desk.press("<f2>");
    desk.sees("U3  Ada Novak3 (user0003): user is locked already");
    desk.press("<esc>card lost<tab><tab><enter>");
    let request = desk.real();
    assert_eq!(request.answers, BTreeMap::from([("reason".to_owned(), "card lost".to_owned())]));
    let Target::Set(set) = &request.target else { panic!("{:?}", request.target) };
    assert_eq!(
        set.iter().map(|one| (one.user.0, one.version)).collect::<Vec<_>>(),
        [(1, 7), (2, 7), (4, 7), (5, 7)]
    );
}

#[test]
fn a_set_of_more_than_ten_is_confirmed_by_its_number() {
    let mut desk = Desk::with(12);
    desk.press("*akcard lost<tab>");
    desk.sees("Type the number to confirm");
    desk.press("12<tab><tab><enter>");
    desk.sees("wants `11` exactly");
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Execute(_))));
}

#[test]
fn a_job_tells_how_far_it_is_is_paused_and_stopped_and_goes_on_in_the_background() {
    let mut desk = Desk::with(2);
    desk.press("6");
    desk.sees("3 of 12");
    desk.press("<enter>");
    desk.sees("Job J5  Lock  running");
    desk.answers = false;
    desk.press("<space>");
    assert_eq!(desk.steered, [(JobId(5), Steer::Pause)]);
    desk.press("<ctrl-c>");
    assert_eq!(desk.steered[1..], [(JobId(5), Steer::Stop)]);
    desk.tell(Msg::Changed);
    desk.now = Timestamp(desk.now.0 + 3000);
    desk.report(JobState::Running, 9);
    desk.sees("9 of 12  75%  1/s  2 s left");
    desk.sees("done     Ada Novak1 (user0001)");
    desk.press("<esc>");
    desk.sees_not("Job J5");
}
