//! What stands in the way outside of the content: access, others at work, the environment, the project and the service.

use super::Meaning;

/// Who asks, and what they may do.
pub(super) const ACCESS: &[Meaning] = &[
    (
        &["INSUFFICIENT_PERMISSIONS"],
        "The role of the person who ran the script does not allow this.",
        "Ask an admin to extend the role, or let a colleague with such a role take over.",
    ),
    (
        &["INVALID_AUTHORIZATION_HEADER"],
        "The CMS does not accept the access token any more.",
        "Reload the page to sign in again.",
    ),
    (
        &["INVALID_CREDENTIALS"],
        "The e-mail address or the password is wrong.",
        "Let the script not sign in: it already has the access of the person who runs it.",
    ),
    (
        &["REQUIRED_2FA_SETUP"],
        "The project asks for two-factor authentication, and this user has not set it up.",
        "Let the script not sign in: it already has the access of the person who runs it.",
    ),
    (
        &["NON_EDITABLE_ACCESS_TOKEN"],
        "This access token is built into the project, and nobody can change it.",
        "Create another access token in the script, and change that one.",
    ),
];

/// Something else is going on at the same time.
pub(super) const BUSY: &[Meaning] = &[
    (
        &[
            "CONCURRENT_ENVIRONMENT_UPDATE",
            "CONCURRENT_ITEM_TYPE_UPDATE",
            "CONCURRENT_ITEM_UPDATE",
            "CONCURRENT_ROLE_UPDATE",
            "CONCURRENT_UPLOAD_UPDATE",
        ],
        "Something else was changing the same thing at that moment.",
        "Do not let the script change one thing in two requests at a time. If it was somebody else, start again.",
    ),
    (
        &["BATCH_DATA_VALIDATION_IN_PROGRESS"],
        "The CMS was still checking the records of a model that had just changed.",
        "Let the script wait a little and send the request again.",
    ),
    (
        &["ITEM_LOCKED"],
        "Somebody is editing this record, so nobody else can change it.",
        "Ask them to leave the record, then start again.",
    ),
    (
        &["ACTIVE_EDITING_SESSIONS"],
        "People are editing records.",
        "Ask them to finish, then start again.",
    ),
    (
        &["RATE_LIMIT_EXCEEDED"],
        "More requests reached the CMS than it takes in a few seconds.",
        "See whether another tool is busy with this project. Let the script make fewer requests at a time, then start again.",
    ),
    (
        &["STALE_ITEM_VERSION"],
        "The record has changed since the script read it.",
        "Read it again right before it is written, and do not write one record in two requests at a time.",
    ),
];

/// An environment cannot be used like this, or not now.
pub(super) const ENVIRONMENTS: &[Meaning] = &[
    (
        &["INVALID_ENVIRONMENT"],
        "The environment does not exist, or the role has no access to it.",
        "Check that it is still there, and ask an admin whether the role may access it.",
    ),
    (
        &["ENVIRONMENT_NOT_READY"],
        "The environment is still being created, or is being deleted.",
        "Wait until the Releases page shows that it is ready, then start again.",
    ),
    (
        &["ENVIRONMENT_IN_READ_ONLY_MODE"],
        "The environment is being forked, and cannot be changed until that is done.",
        "Wait until the fork is ready, then start again.",
    ),
    (
        &["MAINTENANCE_MODE"],
        "Maintenance mode is on, so nothing in primary can be changed.",
        "Let the script leave primary alone, or start again when maintenance mode is off.",
    ),
    (
        &["PRIMARY_ENVIRONMENT_SETTINGS_READ_ONLY"],
        "The project allows changes to its schema and settings in sandbox environments only, and this was about primary.",
        "Let the script make the change in its sandbox, or ask an admin to lift this rule in the project’s settings.",
    ),
    (
        &["ALREADY_PRIMARY_ENVIRONMENT"],
        "The environment is primary already.",
        "Leave the request out of the script; there is nothing left to do.",
    ),
    (
        &["CANNOT_DESTROY_PRIMARY_ENVIRONMENT"],
        "The environment is primary, and primary cannot be deleted.",
        "Check in the script which environment it deletes.",
    ),
    (
        &["CANNOT_DESTROY_FORKING_ORIGIN"],
        "The environment is being forked, and cannot be deleted until that is done.",
        "Wait until the fork is ready, then start again.",
    ),
];

/// The project as a whole: its people, its plan, its settings, and the service that runs it.
pub(super) const PROJECT: &[Meaning] = &[
    (
        &["ACCOUNT_ALREADY_JOINED_SITE"],
        "Somebody with this e-mail address is a collaborator of the project already.",
        "Leave the invitation out, or let the script look first whether the person is there.",
    ),
    (
        &["DESTINATION_USER_REQUIRED"],
        "Who is to be deleted still owns records or assets, and the request does not say who takes them over.",
        "Name the new owner in the script with `destination_user_type` and `destination_user_id`.",
    ),
    (
        &["INVALID_DESTINATION_TYPE"],
        "Records and assets cannot be handed over to an owner of this type.",
        "Check `destination_user_type` in the script.",
    ),
    (
        &["INVALID_DESTINATION_USER"],
        "Whoever is to take over the records and assets does not exist, or is about to be deleted.",
        "Check `destination_user_id` in the script.",
    ),
    (
        &["CANNOT_DESTROY_CURRENT_USER"],
        "The script would delete the person who is running it.",
        "Leave that person out, or let somebody else run the script.",
    ),
    (
        &["SSO_SETTINGS_REQUIRED"],
        "Single sign-on is not set up in this project.",
        "Ask an admin to set it up first, or leave this out of the script.",
    ),
    (
        &["NOT_ON_PER_SITE_PRICING"],
        "This is only for projects on per-project pricing, and this project is not on it.",
        "Ask the owner of the project about its plan, or leave this out of the script.",
    ),
    (
        &["INVALID_SITE"],
        "The CMS cannot do this for the project as it is.",
        "See the details, and check the project’s settings.",
    ),
    (
        &["INVALID_SITE_EXPORT_SETTINGS"],
        "The settings for exporting the project are not valid.",
        "See the details, and check these settings in the script.",
    ),
    (
        &["INVALID_UPLOAD_STORAGE_SETTINGS"],
        "The settings for where the project stores its assets are not valid.",
        "See the details, and check these settings in the script.",
    ),
    (
        &["DEACTIVATED_SITE"],
        "The project is deactivated.",
        "Ask its owner to activate it, then start again.",
    ),
    (
        &["SITE_NOT_READY"],
        "The project is still being set up.",
        "Wait until it is ready, then start again.",
    ),
    (
        &["EXCEPTION"],
        "The CMS itself failed.",
        "Start again later. If it happens again, write to the vendor’s support.",
    ),
    (
        &["SERVICE_UNAVAILABLE"],
        "The CMS was not available.",
        "Nothing is wrong with the script. Start again later.",
    ),
    (
        &["PLATFORM_SCHEDULED_MAINTENANCE"],
        "The CMS is down for planned maintenance.",
        "Nothing is wrong with the script. Start again when the maintenance is over.",
    ),
    (
        &["DELETE_RESTRICTION"],
        "Something else depends on it, so it cannot be deleted.",
        "Delete or change what depends on it earlier in the script.",
    ),
];
