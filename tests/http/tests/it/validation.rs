//! Validation: what a client reads when what it sent breaks rules.

use garde::Validate as Rules;
use http_tests::App;
use oriole::ParseUuid;
use oriole::prelude::*;
use oriole::validation::{ErrorFormat, Valid, ValidBy, Validate, ValidationOptions, ValidationProfile, Violations};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize, Rules)]
struct Address {
    #[garde(length(min = 2))]
    city: String,
    #[garde(range(max = 9999))]
    zip: u32,
}

#[derive(Debug, Deserialize, Rules)]
struct User {
    #[garde(length(min = 2), alphanumeric)]
    name: String,
    #[garde(range(min = 18))]
    age: u8,
    #[garde(dive)]
    address: Address,
    #[garde(dive)]
    #[serde(default)]
    others: Vec<Address>,
    #[garde(inner(inner(length(min = 1))))]
    #[serde(default, rename = "nickNames")]
    nick_names: Option<Vec<String>>,
    #[garde(skip)]
    #[serde(default)]
    token: Option<ParseUuid>,
}

#[derive(Debug, Deserialize, Rules)]
struct Page {
    #[garde(range(min = 1))]
    page: u32,
    #[garde(skip)]
    all: bool,
}

#[derive(Debug, Deserialize, Rules)]
struct Params {
    #[garde(range(min = 1))]
    id: i64,
}

/// Rules by hand.
#[derive(Debug, Deserialize)]
struct Span {
    from: u32,
    to: u32,
}
impl Validate for Span {
    type Context = ();

    fn validate(&self, (): &(), violations: &mut Violations) {
        if self.to < self.from {
            violations.add("to", "must not be before from");
        }
    }
}

struct Groups(Vec<String>);
impl Groups {
    fn has(&self, group: &str) -> bool {
        self.0.iter().any(|given| given == group)
    }
}

#[derive(Debug, Deserialize, Rules)]
#[garde(context(Groups as groups))]
struct Password {
    #[garde(if(cond = groups.has("create"), length(min = 8)), ascii)]
    password: String,
}

/// The groups are those that a header names.
struct ByHeader;
impl ValidationProfile<Groups> for ByHeader {
    fn context(parts: &oriole::http::request::Parts) -> Groups {
        let groups = parts.headers.get("groups").and_then(|groups| groups.to_str().ok()).unwrap_or_default();
        Groups(groups.split(',').map(str::to_owned).collect())
    }
}

struct Strict;
impl ValidationProfile<()> for Strict {
    fn context(_: &oriole::http::request::Parts) {}

    fn options(base: ValidationOptions) -> ValidationOptions {
        base.forbid_unknown(true).status(StatusCode::UNPROCESSABLE_ENTITY)
    }
}

#[injectable]
pub struct Users;

#[controller("users")]
impl Users {
    #[post]
    async fn create(&self, Valid(Json(user)): Valid<Json<User>>) -> String {
        let User { name, age, address, others, nick_names, token } = user;
        format!("{name} {age} {} {} {others:?} {nick_names:?} {token:?}", address.city, address.zip)
    }

    #[post("strict")]
    async fn strict(&self, ValidBy(Json(user), ..): ValidBy<Json<User>, Strict>) -> String {
        user.name
    }

    #[post("many")]
    async fn many(&self, Valid(Json(users)): Valid<Json<Vec<User>>>) -> String {
        users.len().to_string()
    }

    #[post("form")]
    async fn form(&self, Valid(Form(page)): Valid<Form<Page>>) -> String {
        format!("{} {}", page.page, page.all)
    }

    #[post("password")]
    async fn password(&self, ValidBy(Json(password), ..): ValidBy<Json<Password>, ByHeader>) -> String {
        password.password
    }

    #[post("span")]
    async fn span(&self, Valid(Json(span)): Valid<Json<Span>>) -> String {
        format!("{}-{}", span.from, span.to)
    }

    #[get]
    async fn all(&self, Valid(Query(page)): Valid<Query<Page>>) -> String {
        format!("{} {}", page.page, page.all)
    }

    #[get("{id}")]
    async fn one(&self, Valid(Path(params)): Valid<Path<Params>>) -> String {
        params.id.to_string()
    }
}

/// The same without a word about rules.
#[injectable]
pub struct Plain;

#[controller("plain")]
impl Plain {
    #[post]
    async fn create(&self, Json(user): Json<User>) -> String {
        user.name
    }

    #[post("maybe")]
    async fn maybe(&self, user: Option<Json<User>>) -> String {
        user.map_or_else(|| "nobody".to_owned(), |Json(user)| user.name)
    }

    #[post("form/{id}")]
    async fn form(&self, Path(params): Path<Params>, Form(page): Form<Page>) -> String {
        format!("{} {}", params.id, page.page)
    }

    #[get]
    async fn all(&self, Query(page): Query<Page>) -> String {
        page.page.to_string()
    }

    #[sse("events/{id}")]
    fn events(&self, Path(params): Path<Params>) -> impl Stream<Item = MessageEvent> {
        futures_util::stream::iter([MessageEvent::new(params.id.to_string())])
    }

    #[post("free")]
    async fn free(&self, Json(value): Json<Value>) -> String {
        value.to_string()
    }

    #[get("own")]
    async fn own(&self, own: Own) -> String {
        own.0.page.to_string()
    }
}

/// An extractor of the application's.
struct Own(Page);
impl<S: Sync> oriole::axum::extract::FromRequestParts<S> for Own {
    type Rejection = HttpException;

    async fn from_request_parts(_: &mut oriole::http::request::Parts, _: &S) -> Result<Self, HttpException> {
        Ok(Self(Page { page: 0, all: true }))
    }
}

#[module(controllers = [Users, Plain])]
pub struct UsersModule;

const GOOD: &str = r#"{"name": "Ann", "age": 20, "address": {"city": "Bern", "zip": 3000}, "extra": 1}"#;

fn refusal(messages: &[&str]) -> Value {
    json!({"message": messages, "error": "Bad Request", "statusCode": 400})
}

/// Mistyped, missing and broken at once, nested and in arrays, in the order of the fields.
/// Parity: VAL.2, VAL.11, PIP.5.
#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let app = App::serve::<UsersModule>().await;
    assert_eq!(app.send_json("POST", "/users", GOOD).await.body, "Ann 20 Bern 3000 [] None None");
    let body = json!({
        "name": "?",
        "age": "old",
        "address": {"zip": 10000},
        "others": [{"city": "Ulm", "zip": 1}, {"city": "U", "zip": -1}, 5],
        "nickNames": ["a", ""],
        "token": "x",
    });
    let response = app.send_json("POST", "/users", &body.to_string()).await;
    let messages = [
        "name must contain only letters and numbers",
        "name must be longer than or equal to 2 characters",
        "age must be an integer number",
        "address.city must be a string",
        "address.zip must not be greater than 9999",
        "others.1.city must be longer than or equal to 2 characters",
        "others.1.zip must not be less than 0",
        "others.2 must be an object",
        "nickNames.1 must be longer than or equal to 1 characters",
        "token Validation failed (uuid is expected)",
    ];
    assert_eq!((response.status, response.json()), (400, refusal(&messages)));

    // Without a fault of reading the names are serde's as well.
    let body = GOOD.replace("\"extra\": 1", r#""nickNames": [""]"#);
    let message = "nickNames.0 must be longer than or equal to 1 characters";
    assert_eq!(app.send_json("POST", "/users", &body).await.json(), refusal(&[message]));

    let empty = ["name must be a string", "age must be an integer number", "address must be an object"];
    for body in ["{}", ""] {
        assert_eq!(app.send_json("POST", "/users", body).await.json(), refusal(&empty), "{body:?}");
    }
    assert_eq!(app.send_json("POST", "/users", "[1]").await.json(), refusal(&["must be an object"]));
    app.end().await;
}

/// Bodies, queries, paths and forms; texts become numbers and truth values, strictly.
/// Parity: VAL.3, VAL.6.
#[tokio::test]
async fn every_source_is_validated() {
    let app = App::serve::<UsersModule>().await;
    assert_eq!(app.get("/users?page=2&all=true").await.body, "2 true");
    assert_eq!(app.get("/users/7").await.body, "7");
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    assert_eq!(app.send("POST", "/users/form", form, "page=3&all=false").await.body, "3 false");

    let response = app.get("/users?page=0&all=yes").await;
    assert_eq!(response.json(), refusal(&["page must not be less than 1", "all must be a boolean value"]));
    assert_eq!(app.get("/users/x").await.json(), refusal(&["id must be an integer number"]));
    assert_eq!(app.get("/users/0").await.json(), refusal(&["id must not be less than 1"]));
    let response = app.send("POST", "/users/form", form, "page=1&page=2").await;
    assert_eq!(response.json(), refusal(&["page must be an integer number", "all must be a boolean value"]));
    assert_eq!(app.send("POST", "/users/form", "", "page=1").await.status, 415);
    assert_eq!(app.send("POST", "/users", "", GOOD).await.status, 415);
    let malformed = app.send_json("POST", "/users", "{").await;
    assert_eq!((malformed.status, malformed.json()["statusCode"].clone()), (400, json!(400)));
    app.end().await;
}

/// A body that is an array needs no wrapper here.
/// Parity: VAL.16.
#[tokio::test]
async fn an_array_is_validated_item_by_item() {
    let app = App::serve::<UsersModule>().await;
    assert_eq!(app.send_json("POST", "/users/many", &format!("[{GOOD},{GOOD}]")).await.body, "2");
    let response = app.send_json("POST", "/users/many", &format!(r#"[{GOOD},{{"name":"Bo","age":1}}]"#)).await;
    assert_eq!(response.json(), refusal(&["1.age must not be less than 18", "1.address must be an object"]));
    app.end().await;
}

/// Unknown properties are dropped, or refused; options of one argument.
/// Parity: VAL.4, VAL.5.
#[tokio::test]
async fn unknown_properties_are_dropped_or_refused() {
    let app = App::serve::<UsersModule>().await;
    let body = r#"{"name": "Ann", "age": 1, "address": {"city": "Bern", "zip": 3000, "x": {}}, "extra": 1}"#;
    let response = app.send_json("POST", "/users/strict", body).await;
    let messages =
        ["age must not be less than 18", "address.property x should not exist", "property extra should not exist"];
    let expected = json!({"message": messages, "error": "Unprocessable Entity", "statusCode": 422});
    assert_eq!((response.status, response.json()), (422, expected));
    app.end().await;

    let app = App::serve_with::<UsersModule>(|app| app.validation(ValidationOptions::new().forbid_unknown(true))).await;
    assert_eq!(app.send_json("POST", "/users", GOOD).await.json(), refusal(&["property extra should not exist"]));
    assert_eq!(app.get("/users?page=1&all=true&x=1").await.json(), refusal(&["property x should not exist"]));
    app.end().await;
}

/// One line validates every argument whose type has rules, and none beside these.
/// Parity: VAL.1.
#[tokio::test]
async fn everything_with_rules_is_validated() {
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let user = GOOD.replace("20", "2");
    let young = refusal(&["age must not be less than 18"]);
    // The options that count are those of the last call.
    let app = App::serve_with::<UsersModule>(|app| {
        app.validation(ValidationOptions::new().errors_max(1)).validation(ValidationOptions::new())
    })
    .await;
    for path in ["/plain", "/plain/maybe"] {
        assert_eq!(app.send_json("POST", path, GOOD).await.body, "Ann", "{path}");
        assert_eq!(app.send_json("POST", path, &user).await.json(), young, "{path}");
        let faults = ["name must be a string", "age must be an integer number", "address must be an object"];
        assert_eq!(app.send_json("POST", path, "{}").await.json(), refusal(&faults), "{path}");
    }
    assert_eq!(app.request("POST", "/plain/maybe").await.body, "nobody");
    assert_eq!(app.send("POST", "/plain/form/1", form, "page=2&all=true").await.body, "1 2");
    let page = ["page must not be less than 1", "all must be a boolean value"];
    assert_eq!(app.send("POST", "/plain/form/1", form, "page=0&all=x").await.json(), refusal(&page));
    assert_eq!(app.send("POST", "/plain/form/0", form, "").await.json(), refusal(&["id must not be less than 1"]));
    assert_eq!(app.get("/plain?page=0&all=1").await.json(), refusal(&page));
    assert_eq!(app.get("/plain/events/x").await.json(), refusal(&["id must be an integer number"]));
    assert_eq!(app.get("/plain/events/3").await.body, "data: 3\n\n");
    assert_eq!(app.send_json("POST", "/plain/free", r#"{"page": 0}"#).await.body, r#"{"page":0}"#);
    assert_eq!(app.get("/plain/own").await.body, "0");
    app.end().await;

    let app = App::serve::<UsersModule>().await;
    assert_eq!(app.send_json("POST", "/plain", &user).await.body, "Ann", "nobody asked for validation");
    app.end().await;
}

/// What an exception factory is told, and what it is not; a type without rules is refused by the compiler.
/// Parity: VAL.15.
#[tokio::test]
async fn values_are_exposed_on_demand() {
    let body = r#"{"name": "?", "age": 3, "address": {"city": "Bern"}}"#;
    for (exposes, expected) in
        [(true, "name=\"?\" name=\"?\" age=3 address.zip=-"), (false, "name=- name=- age=- address.zip=-")]
    {
        let options = ValidationOptions::new().expose_values(exposes).exception_factory(|violations| {
            let value =
                |violation: &oriole::validation::Violation| violation.value().map_or("-".to_owned(), Value::to_string);
            let told: Vec<_> = violations.iter().map(|it| format!("{}={}", it.path(), value(it))).collect();
            HttpException::bad_request(told.join(" "))
        });
        let app = App::serve_with::<UsersModule>(|app| app.validation(options)).await;
        assert_eq!(app.send_json("POST", "/users", body).await.json()["message"], expected);
        app.end().await;
    }
}

/// Messages that are no requests, with an exception of their transport's.
/// Parity: VAL.19.
#[test]
fn messages_of_any_transport_are_validated() {
    #[derive(Debug, PartialEq)]
    struct SocketError(Vec<String>);
    let read = |json: &str| {
        let read = ValidationOptions::new().forbid_unknown(true).read_json::<Address>(json.as_bytes(), &());
        read.map(|address| address.city).map_err(|violations| SocketError(violations.texts()))
    };
    assert_eq!(read(r#"{"city": "Bern", "zip": 1}"#), Ok("Bern".to_owned()));
    let texts = ["city must be a string", "zip must not be greater than 9999", "property x should not exist"];
    assert_eq!(read(r#"{"zip": 10000, "x": 1}"#), Err(SocketError(texts.map(str::to_owned).to_vec())));
    let SocketError(texts) = read("{").expect_err("it is no JSON");
    assert_eq!(texts.len(), 1, "{texts:?}");
}

/// Parity: VAL.20.
#[tokio::test]
async fn prototypes_are_not_reached() {
    let app = App::serve::<UsersModule>().await;
    let body = GOOD.replace("\"extra\": 1", r#""__proto__": {"admin": true}"#);
    assert_eq!(app.send_json("POST", "/users/strict", &body).await.body, "Ann");
    app.end().await;
}

/// What rules say of a hostile array is kept within a bound.
#[test]
fn violations_are_bounded() {
    let mut violations = Violations::default();
    for _ in 0..Violations::MAX - 1 {
        violations.add("a", "is wrong");
    }
    for expected in [Violations::MAX, Violations::MAX] {
        violations.add("a", "is wrong");
        assert_eq!(violations.len(), expected);
    }
}

/// Groups are the rules' context.
/// A rule of no group holds always; those of groups that a request does not name are left out.
/// Parity: VAL.14.
#[tokio::test]
async fn groups_choose_rules() {
    let app = App::serve::<UsersModule>().await;
    let body = r#"{"password": "short"}"#;
    assert_eq!(app.send_json("POST", "/users/password", body).await.body, "short");
    let headers = "Content-Type: application/json\r\nGroups: create\r\n";
    let response = app.send("POST", "/users/password", headers, body).await;
    assert_eq!(response.json(), refusal(&["password must be longer than or equal to 8 characters"]));
    let (always, of_group) =
        ("password must contain only ASCII characters", "password must be longer than or equal to 8 characters");
    let body = "{\"password\": \"päss\"}";
    assert_eq!(app.send_json("POST", "/users/password", body).await.json(), refusal(&[always]));
    let other = "Content-Type: application/json\r\nGroups: update\r\n";
    assert_eq!(app.send("POST", "/users/password", other, body).await.json(), refusal(&[always]));
    let both = app.send("POST", "/users/password", headers, body).await.json();
    let told = both["message"].as_array().expect("an array");
    assert!(told.len() == 2 && told.contains(&json!(always)) && told.contains(&json!(of_group)), "{both}");
    app.end().await;
}

#[tokio::test]
async fn rules_may_be_code() {
    let app = App::serve::<UsersModule>().await;
    assert_eq!(app.send_json("POST", "/users/span", r#"{"from": 1, "to": 2}"#).await.body, "1-2");
    let response = app.send_json("POST", "/users/span", r#"{"from": 2, "to": 1}"#).await;
    assert_eq!(response.json(), refusal(&["to must not be before from"]));
    app.end().await;
}

/// The shapes of a failure.
/// Parity: VAL.8, VAL.9, VAL.10, VAL.12.
#[tokio::test]
async fn a_failure_has_the_shape_that_the_options_say() {
    let body = r#"{"name": "?", "age": 20, "address": {"city": "B"}}"#;
    let list = ValidationOptions::new();
    let silent = list.clone().disable_error_messages(true);
    let grouped = list.clone().error_format(ErrorFormat::Grouped);
    let first = list.clone().stop_at_first_error(true);
    let one = list.clone().errors_max(1);
    let factory = list.exception_factory(|violations| HttpException::conflict(format!("{} errors", violations.len())));
    let (long, letters) =
        ("name must be longer than or equal to 2 characters", "name must contain only letters and numbers");
    let (city, zip) = ("city must be longer than or equal to 2 characters", "zip must be an integer number");
    let groups = json!({"name": [letters, long], "address.city": [city], "address.zip": [zip]});
    let (city, zip) = (format!("address.{city}"), format!("address.{zip}"));
    for (options, expected) in [
        (silent, json!({"message": "Bad Request", "statusCode": 400})),
        (grouped, json!({"message": groups, "error": "Bad Request", "statusCode": 400})),
        (first, refusal(&[letters, &city, &zip])),
        (one, refusal(&[letters])),
        (factory, json!({"message": "4 errors", "error": "Conflict", "statusCode": 409})),
    ] {
        let app = App::serve_with::<UsersModule>(|app| app.validation(options)).await;
        assert_eq!(app.send_json("POST", "/users", body).await.json(), expected);
        app.end().await;
    }
}

/// The bound on errors, on each side, and that a large hostile body is answered.
#[tokio::test]
async fn the_number_of_errors_is_bounded() {
    let app = App::serve::<UsersModule>().await;
    for (sent, told) in [(31, 31), (32, 32), (1000, 32)] {
        let body = Value::Array(vec![json!(1); sent]).to_string();
        let response = app.send_json("POST", "/users/many", &body).await;
        assert_eq!(response.json()["message"].as_array().map(Vec::len), Some(told), "{sent}");
    }
    let many = format!("[{}1]", "{},".repeat(200_000));
    assert_eq!(app.send_json("POST", "/users/many", &many).await.status, 400);
    app.end().await;
}
