//! The side around the frame.

use std::rc::Rc;

use web_sys::HtmlIFrameElement;

use crate::endpoint::{Endpoint, Far};
use crate::error::ConnectError;
use crate::methods::Methods;
use crate::origin::Origin;
use crate::peer::Peer;
use crate::remote::Remote;

/// From which origin the frame may speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChildOrigin {
    /// That of the frame's `src`; with `srcdoc`, our own. A `src` that redirects elsewhere never connects.
    FromSrc,
    /// This one, such as `http://127.0.0.1:7001`.
    Exact(String),
    /// The opaque origin of a frame with `sandbox="allow-scripts"` alone.
    Opaque,
}

/// A frame of ours and the connection with what is in it. The connection outlives reloads of the frame and ends
/// when this is dropped.
#[derive(Debug)]
pub struct Host {
    remote: Remote,
}

impl Host {
    /// Starts listening for the frame. Do this before the frame is put into the document: its script says hello
    /// once and never again.
    ///
    /// `on_connected` runs at every handshake: the first, and again whenever the frame has loaded another document.
    pub fn listen(
        frame: &HtmlIFrameElement,
        child_origin: ChildOrigin,
        methods: Methods,
        on_connected: impl Fn(Remote) + 'static,
    ) -> Result<Self, ConnectError> {
        let window = web_sys::window().ok_or(ConnectError::NoWindow)?;
        let child_origin = match child_origin {
            ChildOrigin::FromSrc => origin_of(frame, &window)?,
            ChildOrigin::Exact(origin) => Origin::new(&origin),
            ChildOrigin::Opaque => Origin::Opaque,
        };
        let peer = Peer::parent(methods.names(), child_origin);
        let endpoint = Endpoint::open(
            window,
            Far::Frame(frame.clone()),
            peer,
            methods,
            move |endpoint| {
                on_connected(Remote::new(Rc::clone(endpoint)));
            },
        )?;
        Ok(Self {
            remote: Remote::new(endpoint),
        })
    }

    /// What is in the frame, once it has said hello.
    #[must_use]
    pub fn remote(&self) -> Option<Remote> {
        self.remote.is_connected().then(|| self.remote.clone())
    }

    /// Ends the connection. Calls that wait for the frame end with
    /// [`CallError::Destroyed`](crate::CallError::Destroyed); the frame is not told, so take it out of the document.
    pub fn destroy(self) {
        drop(self);
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.remote.destroy();
    }
}

fn origin_of(frame: &HtmlIFrameElement, page: &web_sys::Window) -> Result<Origin, ConnectError> {
    if frame.has_attribute("srcdoc") {
        return page
            .location()
            .origin()
            .map(|origin| Origin::new(&origin))
            .map_err(|_| ConnectError::NoWindow);
    }
    // The property, unlike the attribute, is resolved against the page.
    let src = frame.src();
    if src.is_empty() {
        return Err(ConnectError::NoFrameSource);
    }
    let url = web_sys::Url::new(&src).map_err(|_| ConnectError::InvalidFrameSource(src))?;
    Ok(Origin::new(&url.origin()))
}
