//! Replies of which a client sees a part.

use http_tests::App;
use oriole::prelude::*;
use oriole::{Exposed, FieldRule, Fields, Serialized};
use serde::Serialize;
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
    role: Role,
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
    User { name: "Ann", email: "ann@example.com", password: "secret", _row: 1, nick: None, role }
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
}

#[module(controllers = [Users])]
pub struct UsersModule;

/// What is excluded never appears, groups expose, serde renames, prefixes are left out.
/// Parity: SER.1, SER.2, SER.3, SER.5.
#[tokio::test]
async fn a_client_sees_what_its_groups_expose() {
    let app = App::serve::<UsersModule>().await;
    let all = app.get("/users").await;
    assert_eq!(all.json(), json!([{"fullName": "Ann", "role": {"name": "cook"}}]));
    assert_eq!(all.header("content-type"), Some("application/json; charset=utf-8"));
    let admin = app.get("/users/admin").await;
    let role = json!({"name": "cook", "rights": 7});
    assert_eq!(admin.json(), json!({"fullName": "Ann", "email": "ann@example.com", "role": role}));
    let created = app.request("POST", "/users").await;
    assert_eq!((created.status, created.body.as_str()), (201, ""));
    app.end().await;
}
