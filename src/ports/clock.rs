//! The browser's wall clock.

use std::cell::RefCell;

use datocms_client::Timestamp;
use js_sys::{Array, Date, Function, Intl::DateTimeFormat, Object, Reflect};
use wasm_bindgen::JsValue;

thread_local! {
    /// What formats times of day in one language: a log has thousands, and making it costs more than using it.
    static TIME_OF_DAY: RefCell<Option<(String, Function)>> = const { RefCell::new(None) };
}

/// Now, in whole milliseconds; may be minutes off the server's time.
pub fn now() -> Timestamp {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds since 1970 fit for ages"
    )]
    Timestamp::from_millis(Date::now() as i64)
}

/// A moment as the person's own clock and calendar show it: "14:02", or "23 Oct, 16:20" for another day.
pub fn local_time(moment: Timestamp, language: &str) -> String {
    let (date, today) = (date(moment), date(now()));
    let options = hour_and_minute();
    if date.to_date_string() != today.to_date_string() {
        set(&options, "day", "numeric");
        set(&options, "month", "short");
    }
    date.to_locale_string(language, &options).into()
}

/// A moment with its date, today's too: "22 November, 14:57", with the year where it is another.
pub fn local_date_and_time(moment: Timestamp, language: &str) -> String {
    let (date, today) = (date(moment), date(now()));
    let options = hour_and_minute();
    set(&options, "day", "numeric");
    set(&options, "month", "long");
    if date.get_full_year() != today.get_full_year() {
        set(&options, "year", "numeric");
    }
    date.to_locale_string(language, &options).into()
}

/// As logs tell the time of day, so that one screen has one clock.
fn hour_and_minute() -> Object {
    let options = Object::new();
    set(&options, "hour", "2-digit");
    set(&options, "minute", "2-digit");
    set(&options, "hourCycle", "h23");
    options
}

/// The time of day as the person's own clock shows it, with seconds: "14:05:51".
pub fn time_of_day(moment: Timestamp, language: &str) -> String {
    let format = TIME_OF_DAY.with_borrow_mut(|known| match known {
        Some((of, format)) if of == language => format.clone(),
        _ => {
            let format = formatting_times_of_day(language);
            *known = Some((language.to_owned(), format.clone()));
            format
        }
    });
    let said = format.call1(&JsValue::UNDEFINED, &date(moment));
    said.ok()
        .and_then(|said| said.as_string())
        .unwrap_or_default()
}

fn formatting_times_of_day(language: &str) -> Function {
    let options = Object::new();
    for part in ["hour", "minute", "second"] {
        set(&options, part, "2-digit");
    }
    set(&options, "hourCycle", "h23");
    DateTimeFormat::new(&Array::of1(&language.into()), &options).format()
}

fn date(moment: Timestamp) -> Date {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 fit into a double"
    )]
    Date::new(&(moment.as_millis() as f64).into())
}

fn set(options: &Object, key: &str, value: &str) {
    // Setting a property of a fresh plain object cannot fail.
    let _ = Reflect::set(options, &key.into(), &value.into());
}

/// Today in the person's time zone, `YYYY-MM-DD`.
pub fn today() -> String {
    let date = Date::new_0();
    format!(
        "{:04}-{:02}-{:02}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date()
    )
}
