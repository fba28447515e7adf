//! Files that come in, and files that go out.
//!
//! ```text
//! cargo run -p sample-file-upload
//! curl http://127.0.0.1:3000/file -F name=test -F file=@README.md
//! curl http://127.0.0.1:3000/photos -F photo=@picture.jpg          # answers with its address
//! curl http://127.0.0.1:3000/photos/<name> -H 'range: bytes=0-99'  # a part of it
//! ```
//!
//! `PORT` chooses another port, `UPLOADS` another folder than one among the temporary ones.

mod photos;

use oriole::prelude::*;
use oriole::upload::{UploadRules, UploadSpec, UploadedFile};
use photos::PhotosModule;
use serde_json::{Value, json};

struct AnyFile;
impl UploadSpec for AnyFile {
    fn rules(base: UploadRules) -> UploadRules {
        base.field("file", 1)
    }
}

/// What the first bytes say counts, not what the client calls it.
struct Jpeg;
impl UploadSpec for Jpeg {
    fn rules(base: UploadRules) -> UploadRules {
        base.field("file", 1).mime("image/jpeg")
    }
}

#[injectable]
struct AppController;

#[controller]
impl AppController {
    #[get]
    async fn hello(&self) -> &'static str {
        "Hello World!"
    }

    /// A file and the texts beside it.
    #[post("file")]
    async fn upload(&self, file: UploadedFile<AnyFile>) -> Json<Value> {
        Json(told(&file))
    }

    /// It may be absent; what is there is a JPEG.
    #[post("file/pass-validation")]
    async fn optional(&self, file: Option<UploadedFile<Jpeg>>) -> Json<Value> {
        Json(file.map_or_else(|| json!({ "file": null }), |file| told(&file)))
    }

    #[post("file/fail-validation")]
    async fn required(&self, file: UploadedFile<Jpeg>) -> Json<Value> {
        Json(told(&file))
    }
}

fn told<S>(file: &UploadedFile<S>) -> Value {
    let content = file.bytes().map(|bytes| String::from_utf8_lossy(bytes));
    json!({ "body": { "name": file.text("name") }, "file": content })
}

#[module(imports = [PhotosModule], controllers = [AppController])]
struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    Oriole::create::<AppModule>().await?.listen(format!("127.0.0.1:{port}")).await
}
