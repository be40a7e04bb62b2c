//! The form of ids that clients choose for what they make.
//!
//! Source: the vendor's client makes and checks them (`generateId`, `isValidId`): a random UUID in URL-safe base64, or a whole
//! number of at most 48 bits, as ids once were.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::json;

use crate::http::error::ApiError;

/// 22 characters are 132 bits: what the last four of them say is nobody's business.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// The largest of the old ids.
const LARGEST_NUMBER: u64 = (1 << 48) - 1;

/// `INVALID_ENTITY_ID` unless the id has the form of one.
pub(crate) fn check(id: &str) -> Result<(), ApiError> {
    if is_number(id) || is_uuid(id) {
        return Ok(());
    }
    Err(ApiError::unprocessable(
        "INVALID_ENTITY_ID",
        json!({ "id": id }),
    ))
}

fn is_number(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_digit())
        && id
            .parse::<u64>()
            .is_ok_and(|number| number <= LARGEST_NUMBER)
}

fn is_uuid(id: &str) -> bool {
    ENGINE
        .decode(id)
        .ok()
        .and_then(|bytes| <[u8; 16]>::try_from(bytes).ok())
        .is_some_and(|bytes| bytes[6] >> 4 == 4 && bytes[8] >> 6 == 0b10)
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn ids_are_random_uuids_or_old_numbers() {
        for good in ["hWl-mnkWRYmMCSTq4z_piQ", "1234", "281474976710655"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for _ in 0..50 {
            assert_eq!(check(&crate::state::new_id()), Ok(()));
        }
        for bad in [
            "",
            "article",
            "281474976710656",
            "-1",
            // 16 bytes, but of version 1; of another variant; too few; padded.
            "hWl-mnkWFYmMCSTq4z_piQ",
            "hWl-mnkWRYnMCSTq4z_piQ_",
            "hWl-mnkWRYmMCSTq4z_p",
            "hWl-mnkWRYmMCSTq4z_piQ==",
            "hWl+mnkWRYmMCSTq4z/piQ",
        ] {
            assert_eq!(check(bad).unwrap_err().code, "INVALID_ENTITY_ID", "{bad}");
        }
    }
}
