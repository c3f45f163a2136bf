//! Which orders an operator is given, and whom pasted numbers mean.

use crate::base::ids::UserId;
use crate::directory::filter::Filter;
use crate::directory::sort::{From, Key, Sort};
use crate::domain::operator::{Entry, Via};
use crate::protocol::{Query, Reply};
use crate::store::index_laws::{done, house};
use crate::store::{Event, Recorded, users};

#[tokio::test]
async fn who_may_not_reveal_gets_no_order_by_what_is_masked() {
    let house = house(130).await;
    let mut refused = 0;
    for login in ["m.okafor", "j.ito", "s.reyes", "a.kim"] {
        let id =
            house.store.readers.ask(move |snapshot| users::resolve(snapshot, login)).await.unwrap().unwrap();
        let reveal = house.store.operator(id).await.unwrap().unwrap().sight().reveal;
        refused += usize::from(!reveal);
        for (first, then, is_personal) in [
            ("email", None, true),
            ("-phone", None, true),
            ("kind", Some("email"), true),
            ("login", None, false),
        ] {
            let sort = Sort { first: Key::parse(first).unwrap(), then: then.and_then(Key::parse) };
            let (filter, from) = (Filter::default(), From::Start);
            let page = Query::Users { filter: filter.clone(), sort, from, rows: 5 };
            for query in [page, Query::Ids { filter, sort, span: None }] {
                let reply = house.store.ask(id, query).await;
                assert_eq!(matches!(reply, Reply::Refused(_)), is_personal && !reveal, "{login} {first}");
            }
        }
    }
    assert!(refused > 0);
    house.close();
}

#[tokio::test]
async fn ids_that_are_pasted_whole_mean_their_user_within_sight() {
    let house = house(200).await;
    done(&house.store, house.request("user.lock", "j.ito")).await;
    let (entry, id, typed) = house
        .store
        .readers
        .ask(|snapshot| {
            let one = |sql: &str| snapshot.query_row(sql, [], |row| row.get::<_, String>(0));
            Ok((
                one("SELECT '#' || max(seq) FROM audit WHERE target = 'j.ito'")?,
                one("SELECT 'U' || id FROM users WHERE login = 'j.ito'")?,
                one("SELECT type || ':' || value FROM account_ids LIMIT 1")?,
            ))
        })
        .await
        .unwrap();
    let opened = Event::SessionOpened {
        entry: Entry {
            operator: UserId(id[1..].parse().unwrap()),
            login: "j.ito".to_owned(),
            source: "192.0.2.7".parse().unwrap(),
            proof: "key".to_owned(),
            code_at: None,
        },
        via: Via::Ssh,
        source: "192.0.2.7".to_owned(),
        process: 1,
    };
    let Recorded::Session(session) = house.store.record(opened).await.unwrap() else { panic!("no session") };
    for pasted in [entry.clone(), id.clone(), id[1..].to_owned(), session.to_string()] {
        let named = house.count(&format!("{pasted} login=j.ito")).await;
        assert_eq!(named, 1, "{pasted}");
    }
    assert_eq!(house.count(&typed).await, 1, "{typed}");
    assert_eq!(house.count("#99999999").await, 0);
    house.close();
}
