//! The building blocks of the screens, in the panel's look: props in, callbacks out, no calls to the CMS.
//!
//! What all of them keep: a disabled thing stays in the tab order and says why; state is told in
//! words or by a shape, never by colour alone; ids that tie labels, hints and errors to their
//! controls are made by [`use_unique_id`].

mod badge;
mod button;
mod callout;
mod copy;
mod field;
mod icon;
mod menu;
mod page_header;
mod progress;
mod section;
mod states;
mod stepper;
mod switch;
mod table;
mod tabs;
mod text;
mod track;

pub use badge::{Badge, BadgeKind, BadgeProps};
pub use button::{
    ActionButton, ActionButtonProps, Button, ButtonProps, LinkButton, LinkButtonProps,
    RefreshButton, RefreshButtonProps,
};
pub use callout::{Callout, CalloutKind, CalloutProps};
pub use copy::{CopyButton, CopyButtonProps, CopyMadeButton, CopyMadeButtonProps};
pub use field::{
    Field, FieldControl, FieldProps, TextArea, TextAreaProps, TextField, TextFieldProps,
};
pub use icon::{Icon, IconProps, Shape};
pub use menu::{Menu, MenuGroup, MenuItem, MenuProps};
pub use page_header::{PageHeader, PageHeaderProps};
pub use progress::{Progress, ProgressProps};
pub use section::{Card, CardProps, Details, DetailsProps, Section, SectionProps};
pub use states::{EmptyState, EmptyStateProps, ErrorState, ErrorStateProps, Loading, LoadingProps};
pub use stepper::{Stepper, StepperProps};
pub use switch::{Checkbox, CheckboxProps, Switch, SwitchProps};
pub use table::{Column, Table, TableProps};
pub use tabs::{Tab, Tabs, TabsProps};
pub use text::{Ago, AgoProps, Live, LiveProps, Mono, MonoProps, Time, TimeProps};
pub use track::{Track, TrackProps};

use std::cell::Cell;

use yew::prelude::*;

/// An id no other element of the document has, the same at every render of the component.
#[hook]
pub fn use_unique_id(prefix: &'static str) -> AttrValue {
    thread_local! {
        static NEXT: Cell<u32> = const { Cell::new(0) };
    }
    let id = use_memo((), |()| {
        let number = NEXT.replace(NEXT.get() + 1);
        AttrValue::from(format!("{prefix}-{number}"))
    });
    (*id).clone()
}

/// The language the person reads the panel in, for dates and times; English outside the panel.
#[hook]
pub fn use_language() -> AttrValue {
    use_context::<crate::session::Frame>().map_or(AttrValue::Static("en"), |frame| {
        frame.settings.base.ui_locale.clone().into()
    })
}
