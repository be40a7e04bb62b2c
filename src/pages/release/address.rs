//! The address of a release in the panel, to be sent to a colleague.

use datocms_client::EnvironmentId;
use datocms_plugin::Mode;
use slipway_release::Plan;

use crate::{ports::page, session::Frame, store::Place};

/// The release's address in the panel. The panel tells its path; its origin is known from the document
/// that framed us, else from the project's own domain. `None` where neither is known.
pub(super) fn address(frame: &Frame, plan: &Plan) -> Option<String> {
    let Mode::RenderPage { location, .. } = &frame.settings.mode else {
        return None;
    };
    let origin = origin(frame)?;
    let path = lasting_path(&location.pathname, plan);
    let query = Place::Release(plan.id.clone()).to_query();
    Some(format!("{origin}{path}{query}"))
}

/// Where the sandbox's records are in the panel (plugin reference, "Prefix every environment-specific path"). `None`
/// where the panel's origin is not known.
pub(super) fn sandbox(frame: &Frame, plan: &Plan) -> Option<String> {
    Some(format!(
        "{}/environments/{}/editor",
        origin(frame)?,
        plan.sandbox
    ))
}

fn origin(frame: &Frame) -> Option<String> {
    page::framing_origin().or_else(|| {
        let site = &frame.settings.base.site;
        let domain = (site.domain.as_ref()).or(site.internal_domain.as_ref())?;
        Some(format!("https://{domain}"))
    })
}

/// The path without an environment that the release itself may destroy, rename or promote. Whoever
/// opens it then looks at primary, which has the plugin too: the sandbox is a copy of it. Any other
/// sandbox stays in the path, because the plugin may be installed in that one only.
fn lasting_path<'a>(path: &'a str, plan: &Plan) -> &'a str {
    let without = |environment: &EnvironmentId| {
        let rest = path
            .strip_prefix("/environments/")?
            .strip_prefix(environment.as_str())?;
        rest.starts_with('/').then_some(rest)
    };
    without(&plan.sandbox)
        .or_else(|| without(&plan.source))
        .unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_release::ReleaseId;

    fn lasting(path: &str) -> String {
        let plan = Plan {
            id: ReleaseId::parse("r-1").unwrap(),
            title: "Autumn taxonomy".to_owned(),
            source: "main".parse().unwrap(),
            sandbox: "autumn".parse().unwrap(),
            scripts: Vec::new(),
            ledger_model: "schema_migration".to_owned(),
            consents: Vec::new(),
            downloads: Vec::new(),
            limits: slipway_release::Limits::default(),
            estimate: None,
        };
        lasting_path(path, &plan).to_owned()
    }

    #[test]
    fn a_link_outlives_the_environments_of_its_release() {
        let page = "/p/7/pages/releases";
        assert_eq!(lasting(page), page);
        assert_eq!(lasting(&format!("/environments/autumn{page}")), page);
        assert_eq!(lasting(&format!("/environments/main{page}")), page);
        let elsewhere = format!("/environments/autumn-2{page}");
        assert_eq!(lasting(&elsewhere), elsewhere);
    }
}
