//! What is wrong with a configuration, drawn where it stands.

use super::canvas::Canvas;
use crate::config::Mistake;
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
};

/// A frame of the file at `path`, with the mistake underlined.
pub fn mistake(path: &str, text: &str, mistake: &Mistake, canvas: Canvas) -> String {
    let label = LabeledSpan::at(mistake.at.clone(), &mistake.message);
    let diagnostic = MietteDiagnostic::new("the configuration cannot be used").with_label(label);
    let source = NamedSource::new(path, text.to_owned());
    let report = Report::new(diagnostic).with_source_code(source);
    let theme = match (canvas.unicode, canvas.colour) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, _) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(canvas.width);
    let mut drawn = String::new();
    // Writing to a string does not fail; the words alone would do, too.
    match handler.render_report(&mut drawn, report.as_ref()) {
        Ok(()) => drawn,
        Err(_) => format!("{path}: {}", mistake.message),
    }
}
