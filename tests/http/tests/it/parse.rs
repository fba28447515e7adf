//! Nest's parse pipes, as clients meet them.

use http_tests::App;
use oriole::prelude::*;
use oriole::{
    ParseArray, ParseBool, ParseDate, ParseEnum, ParseFloat, ParseInt, ParseOptions, ParseUuid, Parsed, ParsedBy,
};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Sort {
    Asc,
    Desc,
}

fn first_page() -> ParseInt<u32> {
    ParseInt(1)
}

#[derive(Deserialize)]
struct Filter {
    #[serde(default = "first_page")]
    page: ParseInt<u32>,
    active: Option<ParseBool>,
    sort: Option<ParseEnum<Sort>>,
    tags: Option<ParseArray<u8>>,
    since: Option<ParseDate>,
    limit: Option<u8>,
}

#[derive(Deserialize)]
struct NewCat {
    weight: ParseFloat,
    owner: ParseUuid<4>,
}

struct NotAcceptable;
impl ParseOptions for NotAcceptable {
    const STATUS: StatusCode = StatusCode::NOT_ACCEPTABLE;
}

struct Teapot;
impl ParseOptions for Teapot {
    fn exception(message: String) -> HttpException {
        HttpException::im_a_teapot(format!("teapot: {message}"))
    }
}

#[derive(Deserialize)]
struct Required {
    id: ParseUuid,
    at: ParseDate,
}

#[injectable]
pub struct Cats;

#[controller("cats")]
impl Cats {
    #[get("{id}")]
    async fn one(&self, Parsed(Path(id)): Parsed<Path<ParseInt>>) -> String {
        format!("{}", *id + 1)
    }

    #[get("{id}/kittens/{kitten}")]
    async fn kitten(&self, Parsed(Path((id, kitten))): Parsed<Path<(ParseInt<u8>, ParseUuid<4>)>>) -> String {
        format!("{} {}", *id, kitten.as_u128() & 0xf)
    }

    #[get]
    async fn all(&self, Parsed(Query(filter)): Parsed<Query<Filter>>) -> String {
        let Filter { page, active, sort, tags, since, limit } = filter;
        let sort = sort.map(|sort| sort.0);
        let tags = tags.map(|tags| tags.0);
        let since = since.map(|since| since.elapsed().is_ok());
        format!("{} {:?} {sort:?} {tags:?} {since:?} {limit:?}", *page, active.map(|active| *active))
    }

    #[post]
    async fn create(&self, Parsed(Json(cat)): Parsed<Json<NewCat>>) -> String {
        format!("{} {}", *cat.weight, cat.owner.len())
    }

    #[post("form")]
    async fn form(&self, Parsed(Form(cat)): Parsed<Form<NewCat>>) -> String {
        format!("{}", *cat.weight)
    }

    #[get("own-status/{id}")]
    async fn own_status(&self, ParsedBy(Path(id), ..): ParsedBy<Path<ParseInt>, NotAcceptable>) -> String {
        id.to_string()
    }

    #[get("own-exception/{id}")]
    async fn own_exception(&self, ParsedBy(Path(id), ..): ParsedBy<Path<ParseInt>, Teapot>) -> String {
        id.to_string()
    }

    #[get("required/all")]
    async fn required(&self, Parsed(Query(required)): Parsed<Query<Required>>) -> String {
        format!("{} {}", required.id.len(), required.at.elapsed().is_ok())
    }
}

#[module(controllers = [Cats])]
pub struct CatsModule;

fn refusal(message: &str) -> Value {
    json!({"message": message, "error": "Bad Request", "statusCode": 400})
}

/// Values of the path, the query and the body.
/// Parity: PIP.5, PIP.6, PIP.8, PIP.17, PIP.18, PIP.19, PIP.20, VAL.21.
#[tokio::test]
async fn values_are_parsed_or_refused_with_nests_words() {
    let app = App::serve::<CatsModule>().await;
    assert_eq!(app.get("/cats/41").await.body, "42");
    assert_eq!(app.get("/cats/7/kittens/936da01f-9abd-4d9d-80c7-02af85c822a8").await.body, "7 8");
    let target = "/cats?page=2&active=true&sort=desc&tags=1,2&since=2020-01-01&limit=9";
    assert_eq!(app.get(target).await.body, "2 Some(true) Some(Desc) Some([1, 2]) Some(true) Some(9)");
    let body = r#"{"weight": 4.5, "owner": "936da01f-9abd-4d9d-80c7-02af85c822a8"}"#;
    assert_eq!(app.send_json("POST", "/cats", body).await.body, "4.5 36");
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let body = "weight=4.5&owner=936da01f-9abd-4d9d-80c7-02af85c822a8";
    assert_eq!(app.send("POST", "/cats/form", form, body).await.body, "4.5");

    for (target, message) in [
        ("/cats/abc", "Validation failed (numeric string is expected)"),
        ("/cats/12abc", "Validation failed (numeric string is expected)"),
        ("/cats/256/kittens/x", "Validation failed (numeric string is expected)"),
        ("/cats/1/kittens/x", "Validation failed (uuid v 4 is expected)"),
        ("/cats?page=x", "Validation failed (numeric string is expected)"),
        ("/cats?active=1", "Validation failed (boolean string is expected)"),
        ("/cats?sort=up", "Validation failed (enum string is expected)"),
        ("/cats?tags=1,x", "[1] item must be a number"),
        ("/cats?since=tomorrow", "Validation failed (invalid date format)"),
        // The first parameter is the one that is told.
        ("/cats?tags=x&page=x", "Validation failed (numeric string is expected)"),
        // A plain type has no words of Nest's, but a name.
        ("/cats?limit=300", "limit must not be greater than 255"),
    ] {
        let response = app.get(target).await;
        assert_eq!((response.status, response.json()), (400, refusal(message)), "{target}");
    }
    let refused = app.send_json("POST", "/cats", r#"{"weight": "4.5kg"}"#).await;
    assert_eq!(refused.json(), refusal("Validation failed (numeric string is expected)"));
    let refused = app.send_json("POST", "/cats", "{").await;
    assert_eq!((refused.status, refused.json()["error"].clone()), (400, json!("Bad Request")));
    assert_eq!(app.send("POST", "/cats", "", "{}").await.status, 415);
    app.end().await;
}

/// What is absent is refused, unless it is optional or has a default.
/// Parity: PIP.13, PIP.16, PIP.21.
#[tokio::test]
async fn absent_values() {
    let app = App::serve::<CatsModule>().await;
    assert_eq!(app.get("/cats").await.body, "1 None None None None None");
    let absent = app.get("/cats/required/all").await;
    assert_eq!(absent.json(), refusal("The value passed as UUID is not a string"));
    let absent = app.get("/cats/required/all?id=936da01f-9abd-4d9d-80c7-02af85c822a8").await;
    assert_eq!(absent.json(), refusal("Validation failed (no Date provided)"));
    let absent = app.send_json("POST", "/cats", r#"{"weight": null}"#).await;
    assert_eq!(absent.json(), refusal("Validation failed (numeric string is expected)"));
    app.end().await;
}

/// Own status and own exception.
/// Parity: PIP.7, PIP.16.
#[tokio::test]
async fn options() {
    let app = App::serve::<CatsModule>().await;
    assert_eq!(app.get("/cats/own-status/5").await.body, "5");
    let refused = app.get("/cats/own-status/x").await;
    let message = "Validation failed (numeric string is expected)";
    let body = json!({"message": message, "error": "Not Acceptable", "statusCode": 406});
    assert_eq!((refused.status, refused.json()), (406, body));
    let refused = app.get("/cats/own-exception/x").await;
    assert_eq!((refused.status, refused.json()["message"].clone()), (418, json!(format!("teapot: {message}"))));
    app.end().await;
}
