//! What a pairing was seen to do.

/// Something a plugin and its host must do together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// What the boot frame adds to the main navigation leads to a page.
    Tab,
    /// The page has the settings the host sent.
    Settings,
    /// What a plugin may ask the host to load arrives.
    Loading,
    /// A change of the colour scheme reaches a frame that is open.
    Colours,
    /// The plugin moves the panel; the new address arrives without a reload.
    Address,
    /// The configuration screen saves parameters, and every frame learns of them.
    Parameters,
    /// Messages appear, and their buttons answer.
    Toasts,
    /// A question is answered, refused and left.
    Confirm,
    /// A dialog with a frame of the plugin resolves, and is closed.
    Modal,
    /// A frame becomes as high as what is in it.
    Height,
    /// Pages in the content area and in the settings area.
    OtherPages,
    /// A panel beside a record reads the form, writes it and saves.
    RecordPanel,
    /// A call the host refuses is rejected, and nothing happens.
    Refusal,
    /// A migration runs in a worker of an opaque origin, without network.
    Sandbox,
    /// A release from its plan to its end; the CMS is as it says.
    Release,
}

impl Check {
    fn as_str(self) -> &'static str {
        match self {
            Self::Tab => "tab",
            Self::Settings => "settings",
            Self::Loading => "loading",
            Self::Colours => "colours",
            Self::Address => "address",
            Self::Parameters => "parameters",
            Self::Toasts => "toasts",
            Self::Confirm => "confirm",
            Self::Modal => "modal",
            Self::Height => "height",
            Self::OtherPages => "other pages",
            Self::RecordPanel => "record panel",
            Self::Refusal => "refusal",
            Self::Sandbox => "sandbox",
            Self::Release => "release",
        }
    }
}

/// What has been seen so far.
#[derive(Debug, Default)]
pub(crate) struct Checks(Vec<Check>);

impl Checks {
    /// This holds.
    pub(crate) fn holds(&mut self, check: Check) {
        self.0.push(check);
    }

    /// The names of all that hold, in the order they were seen.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|check| check.as_str()).collect()
    }
}
