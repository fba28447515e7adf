//! Replies of which a client sees a part.

use http_tests::App;
use oriole::prelude::*;
use oriole::{Exposed, FieldRule, Fields, Serialized, SerializerInterceptor, StreamableFile};
use serde::{Serialize, Serializer};
use serde_json::json;

#[derive(Serialize)]
struct User {
    #[serde(rename = "fullName")]
    name: &'static str,
    email: &'static str,
    password: &'static str,
    #[serde(skip_serializing)]
    _row: u8,
    nick: Option<&'static str>,
    #[serde(serialize_with = "upper")]
    town: &'static str,
    role: Role,
}

fn upper<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&text.to_uppercase())
}

impl Exposed for User {
    const FIELDS: Fields = &[
        ("password", FieldRule::Excluded),
        ("email", FieldRule::Groups(&["admin"])),
        ("role", FieldRule::Nested(Role::FIELDS)),
    ];
}

#[derive(Serialize)]
struct Role {
    name: &'static str,
    rights: u8,
}

impl Exposed for Role {
    const FIELDS: Fields = &[("rights", FieldRule::Groups(&["admin"]))];
}

fn ann() -> User {
    let role = Role { name: "cook", rights: 7 };
    User { name: "Ann", email: "ann@example.com", password: "secret", _row: 1, nick: None, town: "Bern", role }
}

#[injectable]
pub struct Users;

#[controller("users")]
impl Users {
    #[get]
    async fn all(&self) -> Serialized<Vec<User>> {
        Serialized::new(vec![ann()]).without_nulls()
    }

    #[get("admin")]
    async fn admin(&self) -> Result<Serialized<User>, HttpException> {
        Ok(Serialized::new(ann()).groups(["admin"]).exclude_prefix("ni"))
    }

    #[post]
    async fn create(&self) -> Serialized<Option<User>> {
        Serialized::new(None)
    }

    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        futures_util::stream::iter([MessageEvent::json(&Serialized::new(ann()).without_nulls())])
    }
}

/// Wraps a value.
struct Wrapped;
impl Interceptor for Wrapped {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        next.run(ctx).await?.map_value(|value: serde_json::Value| json!({"_wrapped": true, "data": value}))
    }
}

#[injectable]
pub struct Marked;

#[controller("marked")]
#[use_interceptors(SerializerInterceptor::new().exclude_prefix("_").without_nulls())]
impl Marked {
    #[get]
    async fn all(&self) -> Json<serde_json::Value> {
        Json(json!([{"_row": 1, "name": "Ann", "pets": [{"_row": 2, "nick": null, "name": "Tom"}]}]))
    }

    #[post]
    #[use_interceptors(Wrapped {})]
    async fn rules(&self) -> Serialized<User> {
        Serialized::new(ann()).groups(["admin"])
    }

    #[get("text")]
    async fn text(&self) -> &'static str {
        "{\"_row\": 1}"
    }

    #[get("file")]
    #[use_interceptors(Wrapped {})]
    async fn file(&self) -> StreamableFile {
        StreamableFile::from_bytes("{\"_row\": 1}").content_type("application/json")
    }
}

#[module(controllers = [Users, Marked])]
pub struct UsersModule;

/// What is excluded never appears, groups expose, serde renames and replaces, prefixes are left out.
/// Parity: SER.1, SER.2, SER.3, SER.4, SER.5.
#[tokio::test]
async fn a_client_sees_what_its_groups_expose() {
    let app = App::serve::<UsersModule>().await;
    let all = app.get("/users").await;
    assert_eq!(all.json(), json!([{"fullName": "Ann", "town": "BERN", "role": {"name": "cook"}}]));
    assert_eq!(all.header("content-type"), Some("application/json; charset=utf-8"));
    let admin = app.get("/users/admin").await;
    let role = json!({"name": "cook", "rights": 7});
    assert_eq!(admin.json(), json!({"fullName": "Ann", "email": "ann@example.com", "town": "BERN", "role": role}));
    let created = app.request("POST", "/users").await;
    assert_eq!((created.status, created.body.as_str()), (201, ""));
    app.end().await;
}

/// A controller's options, over whatever its handlers give; replies with rules of their own pass through interceptors.
/// Parity: SER.1, SER.5.
#[tokio::test]
async fn an_interceptor_filters_every_reply() {
    let app = App::serve::<UsersModule>().await;
    assert_eq!(app.get("/marked").await.json(), json!([{"name": "Ann", "pets": [{"name": "Tom"}]}]));
    let wrapped = app.request("POST", "/marked").await;
    let role = json!({"name": "cook", "rights": 7});
    let ann = json!({"fullName": "Ann", "email": "ann@example.com", "town": "BERN", "role": role});
    assert_eq!((wrapped.status, wrapped.json()), (201, json!({"data": ann})));
    app.end().await;
}

/// Parity: SER.7.
#[tokio::test]
async fn files_and_texts_are_left_alone() {
    let app = App::serve::<UsersModule>().await;
    for target in ["/marked/file", "/marked/text"] {
        assert_eq!(app.get(target).await.body, "{\"_row\": 1}", "{target}");
    }
    app.end().await;
}

/// It serialises wherever serde does: as an event's data, as part of another value.
/// Parity: SER.8.
#[tokio::test]
async fn rules_hold_beyond_http() {
    let shown = json!({"fullName": "Ann", "town": "BERN", "role": {"name": "cook"}});
    let message = json!({"to": "Bob", "user": Serialized::new(ann()).without_nulls()});
    assert_eq!(message["user"], shown);
    let app = App::serve::<UsersModule>().await;
    let events = app.get("/users/events").await.body;
    let data = events.trim().strip_prefix("data: ").expect("it is an event");
    assert_eq!(serde_json::from_str::<serde_json::Value>(data).ok(), Some(shown));
    app.end().await;
}
