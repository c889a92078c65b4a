//! Floating-point numbers as Ruby prints them.

/// `Float#to_s` of Ruby: the shortest digits that mean the same number, with an
/// exponent below 1e-4 and from 1e16 on.
pub(crate) fn float_to_s(value: f64) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.into();
    }
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    match exponent.parse::<i32>() {
        Ok(exponent) if value != 0.0 && !(-4..16).contains(&exponent) => {
            let point = if digits.contains('.') { "" } else { ".0" };
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}{point}e{sign}{:02}", exponent.unsigned_abs())
        }
        _ => {
            let plain = format!("{value}");
            let point = if plain.contains('.') { "" } else { ".0" };
            format!("{plain}{point}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_printed_as_ruby_prints_them() {
        for (value, text) in [
            (1.0, "1.0"),
            (0.0001, "0.0001"),
            (0.00001, "1.0e-05"),
            (1e15, "1000000000000000.0"),
            (1e16, "1.0e+16"),
            (-2.5e20, "-2.5e+20"),
            (0.0, "0.0"),
        ] {
            assert_eq!(float_to_s(value), text);
        }
    }
}
