//! A few signs, drawn in the colour of the text beside them. They are decoration: words say the same.

use yew::prelude::*;

/// What a sign shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A tick.
    Check,
    /// A cross.
    Cross,
    /// A triangle with an exclamation mark.
    Warning,
    /// An i in a circle.
    Info,
    /// Two sheets.
    Copy,
    /// A circular arrow.
    Refresh,
    /// A folder.
    Folder,
    /// A sheet.
    File,
    /// A plus sign.
    Plus,
    /// An arrow to the right.
    Arrow,
    /// A square with an arrow that leaves it.
    Leave,
    /// A padlock.
    Lock,
    /// An angle that points down: more is under here.
    Down,
}

/// What a sign needs.
#[derive(Properties, PartialEq)]
pub struct IconProps {
    /// Which.
    pub shape: Shape,
}

/// A sign.
#[component]
pub fn Icon(props: &IconProps) -> Html {
    let path = match props.shape {
        Shape::Check => "M3.5 8.5l3 3 6-7",
        Shape::Cross => "M4 4l8 8M12 4l-8 8",
        Shape::Warning => "M8 2.2l6.3 11.3H1.7zM8 6.4v3.4M8 11.6v.3",
        Shape::Info => "M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8zM8 7.4v3.8M8 4.8v.3",
        Shape::Copy => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
        Shape::Refresh => "M13.2 8A5.2 5.2 0 118 2.8c1.9 0 3.4.8 4.6 2.3M12.8 1.8v3.4H9.4",
        Shape::Folder => "M1.8 3.5h4.4l1.5 2h6.5v7.5H1.8z",
        Shape::File => "M3.8 1.8h5.4l3 3v9.4H3.8zM9 1.8v3.2h3.2",
        Shape::Plus => "M8 3v10M3 8h10",
        Shape::Arrow => "M2.5 8h10.5M9 4l4 4-4 4",
        Shape::Down => "M4 6.2l4 4 4-4",
        Shape::Leave => "M9.5 2.5h4v4M13.5 2.5L7.5 8.5M11.5 9v4.5h-9v-9H7",
        Shape::Lock => "M3.5 7.2h9v6.6h-9zM5.3 7.2V5a2.7 2.7 0 015.4 0v2.2",
    };
    html! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d={path} fill="none" stroke="currentColor" stroke-width="1.5"
                stroke-linecap="round" stroke-linejoin="round" />
        </svg>
    }
}
