//! The words of class-validator for the rules of garde; a message that a rule gives itself stays.

use garde::i18n::{I18n, InvalidCreditCard, InvalidEmail, InvalidPhoneNumber, InvalidUrl, IpKind};
use std::borrow::Cow;
use std::fmt::Display;

pub(super) struct Words;

type Text = Cow<'static, str>;

impl I18n for Words {
    fn length_lower_than(&self, min: usize) -> Text {
        format!("must be longer than or equal to {min} characters").into()
    }

    fn length_greater_than(&self, max: usize) -> Text {
        format!("must be shorter than or equal to {max} characters").into()
    }

    fn range_lower_than(&self, min: &dyn Display) -> Text {
        format!("must not be less than {min}").into()
    }

    fn range_greater_than(&self, max: &dyn Display) -> Text {
        format!("must not be greater than {max}").into()
    }

    fn credit_card_invalid(&self, _: InvalidCreditCard) -> Text {
        "must be a credit card".into()
    }

    fn pattern_no_match(&self, pattern: &dyn Display) -> Text {
        format!("must match /{pattern}/ regular expression").into()
    }

    fn contains_missing(&self, pattern: &dyn Display) -> Text {
        format!("must contain a {pattern} string").into()
    }

    fn url_invalid(&self, _: InvalidUrl) -> Text {
        "must be a URL address".into()
    }

    fn prefix_missing(&self, pattern: &dyn Display) -> Text {
        format!("must start with {pattern}").into()
    }

    fn suffix_missing(&self, pattern: &dyn Display) -> Text {
        format!("must end with {pattern}").into()
    }

    fn phone_number_invalid(&self, _: InvalidPhoneNumber) -> Text {
        "must be a valid phone number".into()
    }

    fn ip_invalid(&self, _: IpKind) -> Text {
        "must be an ip address".into()
    }

    fn matches_field_mismatch(&self, field: &dyn Display) -> Text {
        format!("must match {field}").into()
    }

    fn email_invalid(&self, _: InvalidEmail) -> Text {
        "must be an email".into()
    }

    fn ascii_invalid(&self) -> Text {
        "must contain only ASCII characters".into()
    }

    fn alphanumeric_invalid(&self) -> Text {
        "must contain only letters and numbers".into()
    }

    fn required_not_set(&self) -> Text {
        "should not be null or undefined".into()
    }
}
