//! Photos: kept in a folder, and streamed out of it.

use oriole::StreamableFile;
use oriole::prelude::*;
use oriole::upload::{FilePart, FileValidator, FolderStorage, UploadDefaults, UploadRules, UploadSpec, UploadedFiles};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;

/// Photos in one request.
const PHOTOS_MAX: usize = 3;
/// A photo is smaller.
const PHOTO_BYTES_MAX: u64 = 500_000;

/// Where photos are.
#[injectable]
pub(crate) struct Settings {
    #[inject(default)]
    uploads: Folder,
}

struct Folder(PathBuf);

impl Default for Folder {
    fn default() -> Self {
        let temporary = || std::env::temp_dir().join("oriole-sample-uploads");
        Self(std::env::var_os("UPLOADS").map_or_else(temporary, PathBuf::from))
    }
}

/// What all uploads of the module start from.
#[provider]
fn storage(settings: Arc<Settings>) -> UploadDefaults {
    let storage = Arc::new(FolderStorage::new(&settings.uploads.0));
    UploadDefaults::new(UploadRules::new().max_size(PHOTO_BYTES_MAX).to_storage(storage, ""))
}

/// A rule of our own, beside size, count and type.
struct Named;
impl FileValidator for Named {
    async fn is_valid(&self, file: &FilePart) -> bool {
        file.file_name().is_some_and(|name| name.contains('.'))
    }

    fn error_message(&self, _file: &FilePart) -> String {
        "Validation failed (a photo has a name with an extension)".to_owned()
    }
}

struct Photos;
impl UploadSpec for Photos {
    fn rules(base: UploadRules) -> UploadRules {
        base.field("photo", PHOTOS_MAX).mime("image/*").validator(Named)
    }
}

#[injectable]
struct PhotosController {
    settings: Arc<Settings>,
}

#[controller("photos")]
#[use_interceptors(UploadDefaults)]
impl PhotosController {
    /// Each photo goes to the folder while it arrives; of a form that is refused nothing is left there.
    #[post]
    async fn create(&self, photos: UploadedFiles<Photos>) -> Json<Value> {
        let told = |photo: &FilePart| {
            let address = photo.key().map(|key| format!("/photos/{key}"));
            json!({ "address": address, "type": photo.content_type(), "size": photo.size() })
        };
        Json(photos.files().iter().map(told).collect())
    }

    /// A stream, or the part of it that is asked for. A name never leads out of the folder.
    #[get("{name}")]
    async fn one(&self, Path(name): Path<String>, headers: HeaderMap) -> Result<StreamableFile, HttpException> {
        let file = StreamableFile::open_within(&self.settings.uploads.0, name).await?;
        file.attachment("photo").ranged(&headers).await
    }
}

#[module(controllers = [PhotosController], providers = [Settings, storage])]
pub(crate) struct PhotosModule;
