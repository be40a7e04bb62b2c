//! What may be wrong with a value, by the code that the CMS gives in the details of `INVALID_FIELD`.

/// What is wrong with a value, and what to do about it.
pub(super) struct Problem {
    /// The codes that mean it.
    pub(super) codes: &'static [&'static str],
    /// What is wrong, as it follows on the name of the field.
    pub(super) what: &'static str,
    /// What to do, where it is a field of a record.
    pub(super) field: &'static str,
    /// What to do, where it is an attribute of anything else; `None` where that is the same, or does not happen.
    pub(super) attribute: Option<&'static str>,
}

/// The problem with this code.
pub(super) fn problem(code: &str) -> Option<&'static Problem> {
    PROBLEMS
        .iter()
        .find(|problem| problem.codes.contains(&code))
}

const fn of_both(
    codes: &'static [&'static str],
    what: &'static str,
    field: &'static str,
    attribute: &'static str,
) -> Problem {
    Problem {
        codes,
        what,
        field,
        attribute: Some(attribute),
    }
}

const fn of(codes: &'static [&'static str], what: &'static str, advice: &'static str) -> Problem {
    Problem {
        codes,
        what,
        field: advice,
        attribute: None,
    }
}

pub(super) const PROBLEMS: &[Problem] = &[
    of_both(
        &[
            "VALIDATION_REQUIRED",
            "VALIDATION_BLANK",
            "VALIDATION_PRESENCE",
        ],
        "needs a value",
        "Give it one in the script, in every locale the record has if it is localised. If the field has only just become required, fill the records before that.",
        "Give it one in the script.",
    ),
    of_both(
        &["VALIDATION_UNIQUENESS", "VALIDATION_UNIQUE"],
        "has a value that is taken already",
        "Choose another value, or let the script look first whether a record has it already.",
        "Choose another value, or let the script look first whether something has it already.",
    ),
    of_both(
        &[
            "VALIDATION_FORMAT",
            "VALIDATION_SLUG_FORMAT",
            "VALIDATION_SLUG_TITLE_FIELD",
        ],
        "has a value of the wrong form",
        "Change the value in the script to the pattern that the field asks for.",
        "See in the vendor’s documentation of the call what form it has to have.",
    ),
    of_both(
        &["VALIDATION_LENGTH"],
        "is too long or too short",
        "Change the value in the script, or the limits of the field before that.",
        "Change the value in the script.",
    ),
    of(
        &["VALIDATION_TITLE_LENGTH"],
        "has an SEO title that is too long or too short",
        "Change the title in the script, or the limits of the field before that.",
    ),
    of(
        &["VALIDATION_DESCRIPTION_LENGTH"],
        "has an SEO description that is too long or too short",
        "Change the description in the script, or the limits of the field before that.",
    ),
    of(
        &["VALIDATION_REQUIRED_SEO_FIELDS"],
        "lacks a part of its SEO data that it has to have",
        "Give the title, the description and the image that the field asks for in the script.",
    ),
    of(
        &["VALIDATION_NUMBER_RANGE"],
        "has a number outside the range that it allows",
        "Change the number in the script, or the range of the field before that.",
    ),
    of(
        &["VALIDATION_DATE_RANGE", "VALIDATION_DATE_TIME_RANGE"],
        "has a date outside the range that it allows",
        "Change the date in the script, or the range of the field before that.",
    ),
    of(
        &["VALIDATION_SIZE"],
        "has too many entries or too few",
        "Change how many there are in the script, or how many the field allows before that.",
    ),
    of_both(
        &["VALIDATION_ENUM", "VALIDATION_INCLUSION"],
        "has a value that is not among those it allows",
        "Use one of the values that the field lists, or extend its list before that.",
        "Use one of the values that the vendor’s documentation of the call lists.",
    ),
    of(
        &["VALIDATION_EXCLUSION"],
        "has a value that the CMS keeps for itself",
        "Choose another value in the script.",
    ),
    of(
        &["VALIDATION_SANITIZED_HTML"],
        "has HTML that it does not allow",
        "Leave scripts and other unsafe markup out of the value, or let the field clean it before it is checked.",
    ),
    of(
        &["INVALID_LOCALES", "VALIDATION_LOCALES"],
        "does not have the locales it has to have",
        "Give all localised fields of the record the same locales, and only such as the environment has.",
    ),
    of(
        &[
            "VALIDATION_ITEM_ITEM_TYPE",
            "VALIDATION_ITEMS_ITEM_TYPE",
            "VALIDATION_STRUCTURED_TEXT_LINKS",
        ],
        "links to a record of a model that it does not allow",
        "Link to a record of an allowed model, or let the field allow this model before that.",
    ),
    of(
        &[
            "VALIDATION_INVALID_BLOCK_MODEL",
            "VALIDATION_RICH_TEXT_BLOCKS",
            "VALIDATION_SINGLE_BLOCK_BLOCKS",
            "VALIDATION_STRUCTURED_TEXT_BLOCKS",
            "VALIDATION_STRUCTURED_TEXT_INLINE_BLOCKS",
        ],
        "holds a block of a model that it does not allow",
        "Use a block of an allowed model, or let the field allow this model before that.",
    ),
    of(
        &["VALIDATION_BLOCK_ID_DUPLICATE"],
        "holds the same block more than once",
        "Give each block once, and leave the id out of those that are new.",
    ),
    of(
        &["VALIDATION_EXTENSION"],
        "has an asset of a file type that it does not allow",
        "Use another asset, or let the field allow this file type before that.",
    ),
    of(
        &["VALIDATION_FILE_SIZE"],
        "has an asset whose file is too large or too small",
        "Use another asset, or change the limits of the field before that.",
    ),
    of(
        &["VALIDATION_IMAGE_ASPECT_RATIO"],
        "has an image whose proportions it does not allow",
        "Use another image, or change what the field allows before that.",
    ),
    of(
        &["VALIDATION_IMAGE_DIMENSIONS"],
        "has an image whose width or height it does not allow",
        "Use another image, or change what the field allows before that.",
    ),
    of(
        &["VALIDATION_REQUIRED_ALT_TITLE"],
        "has an asset without the alternative text or the title it has to have",
        "Give these texts in the script, with the asset or in the field.",
    ),
    of(
        &["INVALID_PARENT", "INVALID_PARENT_ID"],
        "names a parent that is not possible",
        "Check in the script that the parent exists, that it is of the same kind, and that it is not below what is placed under it.",
    ),
    of(
        &["INVALID_POSITION"],
        "has a position that is not possible",
        "Give a whole number, counted from 1.",
    ),
    of_both(
        &["VALIDATION_INVALID"],
        "has a value that the CMS does not accept",
        "See what type of value the field takes, and change the value in the script.",
        "See in the vendor’s documentation of the call what it takes, and change the value in the script.",
    ),
];
