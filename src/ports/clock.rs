//! The browser's wall clock.

use datocms_client::Timestamp;

/// Now, in whole milliseconds; may be minutes off the server's time.
pub fn now() -> Timestamp {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds since 1970 fit for ages"
    )]
    Timestamp::from_millis(js_sys::Date::now() as i64)
}

/// A moment as the person's own clock and calendar show it: "14:02", or "23 Oct, 16:20" for another day.
pub fn local_time(moment: Timestamp, language: &str) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 fit into a double"
    )]
    let at = |moment: Timestamp| js_sys::Date::new(&(moment.as_millis() as f64).into());
    let (date, today) = (at(moment), at(now()));
    let options = js_sys::Object::new();
    let set = |key: &str, value: &str| {
        // Setting a property of a fresh plain object cannot fail.
        let _ = js_sys::Reflect::set(&options, &key.into(), &value.into());
    };
    set("hour", "2-digit");
    set("minute", "2-digit");
    if date.to_date_string() != today.to_date_string() {
        set("day", "numeric");
        set("month", "short");
    }
    date.to_locale_string(language, &options).into()
}

/// The time of day as the person's own clock shows it, with seconds: "14:05:51".
pub fn time_of_day(moment: Timestamp, language: &str) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 fit into a double"
    )]
    let date = js_sys::Date::new(&(moment.as_millis() as f64).into());
    let options = js_sys::Object::new();
    // Setting a property of a fresh plain object cannot fail.
    let _ = js_sys::Reflect::set(&options, &"hour12".into(), &false.into());
    date.to_locale_time_string_with_options(language, &options)
        .into()
}

/// Today in the person's time zone, `YYYY-MM-DD`.
pub fn today() -> String {
    let date = js_sys::Date::new_0();
    format!(
        "{:04}-{:02}-{:02}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date()
    )
}
