//! How far long work is, in one line: a bar, a share, a count.

use crate::domain::import::ImportProgress;

/// Columns of the bar.
const BAR_COLUMNS: u64 = 30;

/// The line of an import.
pub(super) fn import(progress: ImportProgress) -> String {
    line(progress.phase.word(), progress.bytes, progress.bytes_all, &format!("{} rows", progress.rows))
}

/// `writing [##########....] 42 %  420000 users`; without a share where the whole is not known.
pub fn line(what: &str, done: u64, all: u64, counted: &str) -> String {
    let Some(share) = (done.min(all) * 100).checked_div(all) else {
        return format!("{what}  {counted}");
    };
    let filled = share * BAR_COLUMNS / 100;
    let bar: String = (0..BAR_COLUMNS).map(|column| if column < filled { '#' } else { '.' }).collect();
    format!("{what:<11} [{bar}] {share:>3} %  {counted}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!(
            line("writing", 1, 2, "7 rows"),
            "writing     [###############...............]  50 %  7 rows"
        );
        assert_eq!(line("writing", 9, 2, ""), "writing     [##############################] 100 %  ");
        assert_eq!(line("finishing", 0, 0, "7 rows"), "finishing  7 rows");
    }
}
