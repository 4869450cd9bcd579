//! The ratios as bars.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::coord::ranged1d::SegmentValue;
use plotters::prelude::*;

use crate::measure::Measured;

/// The longest bar; what is longer is cut, and says its number.
const LONGEST: f64 = 2.5;

/// Draws a bar for each workload: how much time it takes, where the driver takes 1.
///
/// # Errors
/// The file cannot be written.
pub fn draw(measured: &[Measured], file: &Path) -> Result<()> {
    let height = u32::try_from(measured.len())? * 22 + 110;
    let area = SVGBackend::new(file, (860, height)).into_drawing_area();
    let drawn = bars(measured, &area).and_then(|()| area.present().map_err(|error| error.to_string()));
    drawn.map_err(|reason| anyhow!("{}: {reason}", file.display()))
}

fn bars(measured: &[Measured], area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>) -> Result<(), String> {
    let told = |error: DrawingAreaErrorKind<std::io::Error>| error.to_string();
    area.fill(&WHITE).map_err(told)?;
    // The first workload is on top.
    let places = (0..measured.len()).into_segmented();
    let mut chart = ChartBuilder::on(area)
        .caption("Time, where the driver by hand takes 1; red: the most that is aimed at", ("sans-serif", 16))
        .margin(16)
        .x_label_area_size(30)
        .y_label_area_size(130)
        .build_cartesian_2d(0.0..LONGEST, places)
        .map_err(told)?;
    let name = |place: &SegmentValue<usize>| match place {
        SegmentValue::CenterOf(place) if *place < measured.len() => {
            measured.iter().rev().nth(*place).map_or_else(String::new, |one| one.workload.name.to_owned())
        }
        _ => String::new(),
    };
    chart
        .configure_mesh()
        .disable_y_mesh()
        .light_line_style(WHITE)
        .y_labels(measured.len())
        .y_label_formatter(&name)
        .label_style(("sans-serif", 13))
        .draw()
        .map_err(told)?;
    for (place, one) in measured.iter().rev().enumerate() {
        let (from, to) = (SegmentValue::Exact(place), SegmentValue::Exact(place + 1));
        let length = one.ratio().min(LONGEST);
        let mut bar = Rectangle::new([(0.0, from), (length, to)], RGBColor(70, 120, 180).filled());
        bar.set_margin(3, 3, 0, 0);
        let text = format!("{:.2}", one.ratio());
        let (at, color) = if one.ratio() < LONGEST { (length + 0.02, &BLACK) } else { (LONGEST - 0.12, &WHITE) };
        let at = (at, SegmentValue::CenterOf(place));
        chart.draw_series([bar]).map_err(told)?;
        let style = ("sans-serif", 12).into_font().color(color);
        let style = style.pos(plotters::style::text_anchor::Pos::new(
            plotters::style::text_anchor::HPos::Left,
            plotters::style::text_anchor::VPos::Center,
        ));
        chart.draw_series([Text::new(text, at, style)]).map_err(told)?;
        if let Some(target) = one.workload.target {
            let mark =
                PathElement::new([(target, SegmentValue::Exact(place)), (target, SegmentValue::Exact(place + 1))], RED);
            chart.draw_series([mark]).map_err(told)?;
        }
    }
    let floor = [(1.0, SegmentValue::Exact(0)), (1.0, SegmentValue::Exact(measured.len()))];
    chart.draw_series([PathElement::new(floor, BLACK)]).map_err(told)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::measure::Cost;
    use crate::workloads;

    #[test]
    fn each_workload_has_its_name_and_its_number() -> Result<()> {
        let cost = |millis| Cost { median: Duration::from_millis(millis), ..Cost::default() };
        let measured: Vec<Measured> = (workloads::all().into_iter().zip(100..))
            .map(|(workload, millis)| Measured { workload, framework: cost(millis), driver: cost(40), rounds: 1 })
            .collect();
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("chart.svg");
        draw(&measured, &file)?;
        let chart = std::fs::read_to_string(file)?;
        for one in &measured {
            assert!(chart.contains(&format!("\n{}\n", one.workload.name)), "{}", one.workload.name);
            assert!(chart.contains(&format!("\n{:.2}\n", one.ratio())), "{}", one.workload.name);
        }
        Ok(())
    }
}
