//! Which orders an operator is given.

use crate::directory::filter::Filter;
use crate::directory::sort::{From, Key, Sort};
use crate::protocol::{Query, Reply};
use crate::store::index_laws::house;
use crate::store::users;

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
