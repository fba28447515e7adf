//! Stand-ins that nobody names.

use futures_util::future::BoxFuture;
use oriole::prelude::*;
use oriole::{Lazy, Token};
use oriole_testing::{Error, MockFn, Mocks, Result, Test, automock};
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cat {
    name: String,
}

fn cat(name: &str) -> Cat {
    Cat { name: name.to_owned() }
}

#[derive(Debug, PartialEq)]
pub(crate) struct Down;

type Answer<'a, T> = BoxFuture<'a, Result<T, Down>>;

/// Arguments and results of every kind.
#[automock]
#[token]
pub(crate) trait CatsRepo: fmt::Debug + Send + Sync {
    fn count(&self) -> usize;
    fn find(&self, id: u32) -> Option<Cat>;
    fn named(&self, name: &str, cats: &[Cat]) -> Result<Cat, Down>;
    fn store(&self, cat: &Cat) -> Result<(), Down>;
    fn title(&self) -> &str;
    fn favourite<'a>(&'a self, _: Cow<'static, str>) -> &'a Cat;
    fn all(&self) -> Answer<'_, Vec<Cat>>;
    fn rename<'life, 'future>(&'life self, r#type: &'life str) -> Pin<Box<dyn Future<Output = u8> + Send + 'future>>
    where
        'life: 'future,
        Self: 'future;
    fn is_empty(&self) -> bool {
        self.count() == 0
    }
    fn each<T>(&self, _: T) -> usize
    where
        Self: Sized,
    {
        self.count()
    }
    #[cfg(any())]
    fn never(&self) -> Nothing;
}

pub(crate) trait Health {
    fn is_well(&self) -> bool;
}

impl Health for MockDoctors {
    fn is_well(&self) -> bool {
        self.count.call(()) > 0
    }
}

#[automock]
#[token]
pub(crate) trait Doctors: Health + Send + Sync {
    fn count(&self) -> usize;
}

/// A supertrait is implemented by hand, and the rest is written.
#[test]
fn a_stand_in_has_a_supertrait_by_hand() {
    let doctors = MockDoctors::default();
    doctors.count.returns(2);
    let doctors: Arc<dyn Doctors> = Arc::new(doctors);
    assert!(doctors.is_well());
    assert_eq!(doctors.count(), 2);
}

#[automock]
#[token]
pub(crate) trait Mail: Send + Sync {
    fn send(&self, to: String);
}

#[injectable]
struct CatsService {
    repo: Arc<dyn CatsRepo>,
    mail: Option<Arc<dyn Mail>>,
    late: Lazy<dyn CatsRepo>,
}

/// No stand-in is named, and all of them are there: needs that are optional or late have them too.
///
/// Parity: RSU.1, RSU.3.
#[tokio::test]
async fn a_class_is_built_without_naming_a_stand_in() -> Result {
    let unit = Test::solitary::<CatsService>().compile().await?;
    let repo = unit.mock::<MockCatsRepo>();

    assert_eq!((unit.repo.count(), unit.repo.find(1)), (0, None));
    repo.count.returns(3);
    repo.find.does(|id| (id == 7).then(|| cat("Lucky")));
    assert_eq!((unit.repo.count(), unit.repo.find(7)), (3, Some(cat("Lucky"))));
    assert_eq!(unit.late.get().find(8), None, "the same stand-in");
    assert_eq!(repo.find.calls(), [1, 7, 8]);
    assert_eq!(unit.get::<dyn CatsRepo>()?.count(), 3);

    unit.mail.as_ref().expect("an optional need has its stand-in").send("Tom".to_owned());
    unit.mock::<MockMail>().send.assert_called_with(&"Tom".to_owned());
    Ok(())
}

/// What is lent is kept by value, and what a test says is returned.
#[tokio::test]
async fn calls_are_kept_and_answered() -> Result {
    let unit = Test::solitary::<CatsService>().compile().await?;
    let (repo, mock) = (&unit.repo, unit.mock::<MockCatsRepo>());

    assert_eq!(repo.store(&cat("Tom")), Ok(()), "nothing has failed unless the test says so");
    mock.store.returns_once(Err(Down));
    assert_eq!(repo.store(&cat("Kitty")), Err(Down));
    assert_eq!(mock.store.calls(), [cat("Tom"), cat("Kitty")]);

    mock.named.does(|(name, cats)| cats.into_iter().find(|cat| cat.name == name).ok_or(Down));
    assert_eq!(repo.named("Tom", &[cat("Tom")]), Ok(cat("Tom")));
    assert_eq!(repo.named("Tom", &[]), Err(Down));

    assert_eq!(repo.title(), "");
    mock.title.returns("cats");
    assert_eq!(repo.title(), "cats");
    mock.favourite.returns(Box::leak(Box::new(cat("Tom"))));
    assert_eq!(repo.favourite(Cow::Borrowed("of all")).name, "Tom");

    assert!(!repo.is_empty(), "a method with a body is told what to return as well: `false` is the default");
    mock.is_empty.returns(true);
    assert!(repo.is_empty());
    mock.count.returns(2);
    assert_eq!(mock.each("one that only the type itself has"), 2);
    Ok(())
}

/// A future is a call when it is awaited, under whatever alias, and is told its output.
#[tokio::test]
async fn futures_are_called_when_they_are_awaited() -> Result {
    let unit = Test::solitary::<CatsService>().compile().await?;
    let (repo, mock) = (&unit.repo, unit.mock::<MockCatsRepo>());

    drop(repo.all());
    assert_eq!(mock.all.count(), 0);
    assert_eq!(repo.all().await, Ok(vec![]));
    mock.all.returns_once(Err(Down));
    assert_eq!(repo.all().await, Err(Down));

    mock.rename.does(|of| of.len() as u8);
    assert_eq!(repo.rename("four").await, 4);
    assert_eq!(mock.rename.calls(), ["four"]);
    Ok(())
}

/// A type without a default has no answer of its own, and the panic says whose it lacks.
#[tokio::test]
async fn what_is_not_said_and_has_no_default_is_told() -> Result {
    let unit = Test::solitary::<CatsService>().compile().await?;
    let repo = Arc::clone(&unit.repo);
    let panic = std::thread::spawn(move || repo.named("Tom", &[]).is_ok()).join().unwrap_err();
    let text = panic.downcast::<String>().expect("a text");
    assert!(text.contains("`MockCatsRepo::named`"), "{text}");
    assert_eq!(unit.mock::<MockCatsRepo>().named.count(), 1, "it can be asked still");
    Ok(())
}

#[derive(Debug, Default)]
struct Fixed {
    count: MockFn<(), usize>,
}

/// Everything that is not a number.
impl CatsRepo for Fixed {
    fn count(&self) -> usize {
        self.count.call(())
    }
    fn find(&self, _: u32) -> Option<Cat> {
        None
    }
    fn named(&self, _: &str, _: &[Cat]) -> Result<Cat, Down> {
        Err(Down)
    }
    fn store(&self, _: &Cat) -> Result<(), Down> {
        Err(Down)
    }
    fn title(&self) -> &str {
        ""
    }
    fn favourite<'a>(&'a self, _: Cow<'static, str>) -> &'a Cat {
        unreachable!("nobody asks")
    }
    fn all(&self) -> Answer<'_, Vec<Cat>> {
        Box::pin(async { Err(Down) })
    }
    fn rename<'life, 'future>(&'life self, _: &'life str) -> Pin<Box<dyn Future<Output = u8> + Send + 'future>>
    where
        'life: 'future,
        Self: 'future,
    {
        Box::pin(async { 0 })
    }
}

/// What a test names itself comes first, then what it asks, then what the trait's author wrote.
#[tokio::test]
async fn what_a_test_names_counts() -> Result {
    let unit = Test::solitary::<CatsService>().mock::<dyn CatsRepo, Fixed>(|repo| repo).compile().await?;
    unit.mock::<Fixed>().count.returns(9);
    assert_eq!(unit.repo.count(), 9);

    let usual = Mocks::new().of::<dyn CatsRepo, Fixed>(|repo| repo);
    let unit = Test::solitary::<CatsService>().use_mocker(usual.clone()).compile().await?;
    usual.get::<Fixed>().count.returns(8);
    assert_eq!(unit.repo.count(), 8);
    assert_eq!(unit.mock::<MockMail>().send.count(), 0);

    let (mine, said) = (Arc::new(MockCatsRepo::default()), Arc::new(Fixed::default()));
    mine.count.returns(7);
    let test = Test::solitary::<CatsService>().mock_value::<dyn CatsRepo>(said).mock_value::<dyn CatsRepo>(mine);
    assert_eq!(test.compile().await?.repo.count(), 7, "behaviour that is set before; the latest counts");
    Ok(())
}

/// A stand-in that nobody has is no stand-in: setting it would do nothing.
#[tokio::test]
async fn asking_for_a_stand_in_that_nobody_has_panics() -> Result {
    #[injectable]
    struct Alone;

    let unit = Test::solitary::<Alone>().compile().await?;
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| unit.mock::<MockCatsRepo>())).unwrap_err();
    let text = panic.downcast::<String>().expect("a text");
    assert!(text.contains("Alone") && text.contains("MockCatsRepo"), "{text}");
    Ok(())
}

/// A module has the same stand-ins for what it lacks, if the test asks for them.
///
/// Parity: TST.6.
#[tokio::test]
async fn a_module_has_them_where_it_is_said() -> Result {
    #[module(providers = [CatsService])]
    struct CatsModule;

    let error = Test::module::<CatsModule>().compile().await.unwrap_err();
    assert!(matches!(error, Error::Boot(_)), "an application has no stand-ins: {error}");

    let mocks = Mocks::auto();
    let test = Test::module::<CatsModule>().use_mocker(mocks.clone()).compile().await?;
    mocks.get::<MockCatsRepo>().count.returns(4);
    assert_eq!(test.get::<CatsService>()?.repo.count(), 4);
    assert!(test.get::<CatsService>()?.mail.is_some());

    let mocks = Mocks::auto().of::<dyn CatsRepo, Fixed>(|repo| repo);
    let test = Test::module::<CatsModule>().use_mocker(mocks.clone()).compile().await?;
    mocks.get::<Fixed>().count.returns(5);
    assert_eq!(test.get::<CatsService>()?.repo.count(), 5);
    Ok(())
}

#[token]
const SECOND: Token<dyn CatsRepo> = Token::new();

#[injectable]
struct Two {
    first: Arc<dyn CatsRepo>,
    #[inject(SECOND)]
    second: Arc<dyn CatsRepo>,
}

/// Two tokens of one trait are two things, which one stand-in does not tell apart.
#[tokio::test]
async fn a_named_token_is_named() -> Result {
    let error = Test::solitary::<Two>().compile().await.unwrap_err();
    let Error::Unmocked { needs, .. } = &error else { panic!("{error}") };
    assert!(needs.contains("`SECOND`") && !needs.contains("dyn CatsRepo"), "{error}");

    let second = Arc::new(MockCatsRepo::default());
    second.count.returns(2);
    let unit = Test::solitary::<Two>().mock_token(SECOND, second).compile().await?;
    assert_eq!((unit.first.count(), unit.second.count()), (0, 2));
    Ok(())
}

#[injectable]
struct CatsController {
    cats: Arc<CatsService>,
}

/// Another class is never built in silence: it is named, and then its own needs are stand-ins.
///
/// Parity: RSU.2.
#[tokio::test]
async fn a_class_is_real_only_where_it_is_named() -> Result {
    let error = Test::solitary::<CatsController>().compile().await.unwrap_err();
    assert!(error.to_string().contains("`CatsService`, which `CatsController` needs"), "{error}");

    let unit = Test::sociable::<CatsController>().expose::<CatsService>().compile().await?;
    unit.mock::<MockCatsRepo>().count.returns(6);
    assert_eq!(unit.cats.repo.count(), 6);
    Ok(())
}
