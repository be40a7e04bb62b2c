//! Accessible roles: which elements may have one, and what the browser calls it.

/// An accessible role, as WAI-ARIA names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A message that interrupts.
    Alert,
    /// A dialog that interrupts.
    AlertDialog,
    /// Something to press.
    Button,
    /// A table's cell.
    Cell,
    /// A box to tick.
    Checkbox,
    /// A list to choose from, closed.
    Combobox,
    /// A window in front of the page.
    Dialog,
    /// A set of controls that belong together.
    Group,
    /// A heading of any level.
    Heading,
    /// A way to another page.
    Link,
    /// Items in a row.
    List,
    /// One of them.
    ListItem,
    /// Lines that are added at the end.
    Log,
    /// The page's main part.
    Main,
    /// Something to choose in a menu.
    MenuItem,
    /// A set of links.
    Navigation,
    /// How far something is.
    Progressbar,
    /// One of several choices.
    Radio,
    /// A part of the page that has a name.
    Region,
    /// A table's row.
    Row,
    /// A field to search with.
    Searchbox,
    /// A message that waits its turn.
    Status,
    /// A switch.
    Switch,
    /// One of several panels' handles.
    Tab,
    /// Rows and columns.
    Table,
    /// The panel behind a tab.
    TabPanel,
    /// A field to type in.
    Textbox,
}

impl Role {
    /// The name the browser computes for it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::AlertDialog => "alertdialog",
            Self::Button => "button",
            Self::Cell => "cell",
            Self::Checkbox => "checkbox",
            Self::Combobox => "combobox",
            Self::Dialog => "dialog",
            Self::Group => "group",
            Self::Heading => "heading",
            Self::Link => "link",
            Self::List => "list",
            Self::ListItem => "listitem",
            Self::Log => "log",
            Self::Main => "main",
            Self::MenuItem => "menuitem",
            Self::Navigation => "navigation",
            Self::Progressbar => "progressbar",
            Self::Radio => "radio",
            Self::Region => "region",
            Self::Row => "row",
            Self::Searchbox => "searchbox",
            Self::Status => "status",
            Self::Switch => "switch",
            Self::Tab => "tab",
            Self::Table => "table",
            Self::TabPanel => "tabpanel",
            Self::Textbox => "textbox",
        }
    }

    /// Whether this is the role the browser computed for an element, which may or may not have a name for it. A `summary`
    /// has no role of its own in HTML-AAM, yet people press it: Chromium invents one, and Firefox gives it a name and no
    /// role.
    pub(crate) fn is(self, computed: &str, is_named: bool) -> bool {
        let is_summary = computed == "DisclosureTriangle" || (computed.is_empty() && is_named);
        computed == self.as_str() || (self == Self::Button && is_summary)
    }

    /// Elements that may have this role without saying so. Only a first choice: the browser has the last word.
    pub(crate) fn native(self) -> &'static str {
        match self {
            Self::Button => {
                "button, summary, input[type=button], input[type=submit], input[type=reset]"
            }
            Self::Cell => "td",
            Self::Checkbox => "input[type=checkbox]",
            Self::Combobox => "select, input[list]",
            Self::Dialog => "dialog[open]",
            Self::Group => "fieldset, details",
            Self::Heading => "h1, h2, h3, h4, h5, h6",
            Self::Link => "a[href]",
            Self::List => "ul, ol, menu",
            Self::ListItem => "li",
            Self::Main => "main",
            Self::Navigation => "nav",
            Self::Progressbar => "progress",
            Self::Radio => "input[type=radio]",
            Self::Region => "section",
            Self::Row => "tr",
            Self::Searchbox => "input[type=search]",
            Self::Status => "output",
            Self::Table => "table",
            Self::Textbox => {
                "input:not([type]), input[type=text], input[type=url], input[type=email], input[type=tel], \
                 input[type=password], textarea, [contenteditable=true]"
            }
            Self::Alert
            | Self::AlertDialog
            | Self::Log
            | Self::MenuItem
            | Self::Switch
            | Self::Tab
            | Self::TabPanel => "[role=none]:not(*)",
        }
    }
}
