//! The time at which the packet arrives, in UTC unless it is the kernel's.

use nom::{
    Parser,
    bytes::complete::{tag, take_while_m_n},
    combinator::{all_consuming, map_opt, opt},
    sequence::preceded,
};

use super::{
    Extension, Families, OptionSpec,
    check::{Check, Given},
};
use crate::{
    value::{self, Grammar, Kind, Names, Value},
    words::Parsed,
};

pub(super) static EXTENSION: Extension = Extension::matching("time", Families::IP, &[
    OptionSpec::new("timestart", Kind::Own(&TIME_OF_DAY)),
    OptionSpec::new("timestop", Kind::Own(&TIME_OF_DAY)),
    OptionSpec::new("monthdays", Kind::Some(&MONTH_DAYS)).not(),
    OptionSpec::new("weekdays", Kind::Some(&WEEKDAYS)).not(),
    OptionSpec::new("datestart", Kind::Own(&DATE)),
    OptionSpec::new("datestop", Kind::Own(&DATE)),
    OptionSpec::new("kerneltz", Kind::Flag).aliases(&["localtz"]),
    OptionSpec::new("contiguous", Kind::Flag),
    OptionSpec::new("utc", Kind::Flag),
])
.checks(&[
    Check::Spelled("monthdays", &MONTH_DAYS),
    Check::Spelled("weekdays", &WEEKDAYS),
    Check::Conflict(
        |given| given.has("contiguous") && stop(given) >= start(given),
        "a `--timestop` before the `--timestart`, which `--contiguous` needs",
    ),
])
.saved(save);

/// The last second of a day.
const LAST_SECOND: u64 = 86_399;

/// The last second that the kernel counts to, in 2038.
const LAST_DATE: u64 = i32::MAX as u64;

static TIME_OF_DAY: Grammar = Grammar::new(
    "a time of day from 00:00 to 23:59:59, as `hh:mm` or `hh:mm:ss`",
    |words| all_consuming(time_of_day).parse(words).ok().map(|(_, seconds)| Value::Number(seconds)),
    |value, out| {
        if let &Value::Number(seconds) = value {
            print_time(seconds, out);
        }
    },
);

static DATE: Grammar = Grammar::new(
    "a date from 1970 to 2038, as `YYYY-MM-DDThh:mm:ss` or the beginning of it",
    |words| {
        let (_, seconds) = all_consuming(date).parse(words).ok()?;
        (seconds <= LAST_DATE).then_some(Value::Number(seconds))
    },
    |value, out| {
        if let &Value::Number(seconds) = value {
            let (year, month, day) = calendar(seconds / 86_400);
            out.extend_from_slice(format!("{year:04}-{month:02}-{day:02}T").as_bytes());
            print_time(seconds % 86_400, out);
        }
    },
);

/// A number of so many digits at most, from `low` to `high`.
fn digits<'t>(most: usize, low: u64, high: u64) -> impl Parser<&'t [u8], Output = u64, Error = ()> {
    let is_digit = |byte: u8| byte.is_ascii_digit();
    map_opt(take_while_m_n(1, most, is_digit), move |digits: &[u8]| {
        let number = digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
        (low..=high).contains(&number).then_some(number)
    })
}

/// `hh:mm[:ss]`, in seconds since midnight.
fn time_of_day(input: &[u8]) -> Parsed<'_, u64> {
    let part = |high| preceded(tag(&b":"[..]), digits(2, 0, high));
    let (rest, (hour, minute, second)) = (digits(2, 0, 23), part(59), opt(part(59))).parse(input)?;
    Ok((rest, (hour * 60 + minute) * 60 + second.unwrap_or(0)))
}

/// `YYYY[-MM[-DD[Thh[:mm[:ss]]]]]`, in seconds since 1970.
fn date(input: &[u8]) -> Parsed<'_, u64> {
    let part = |mark: &'static [u8], low, high| preceded(tag(mark), digits(2, low, high));
    let clock = (part(b"T", 0, 23), opt((part(b":", 0, 59), opt(part(b":", 0, 59)))));
    let month = (part(b"-", 1, 12), opt((part(b"-", 1, 31), opt(clock))));
    let (rest, (year, month)) = (digits(4, 1970, 2038), opt(month)).parse(input)?;
    let (month, day) = month.unwrap_or((1, None));
    let (day, hour) = day.unwrap_or((1, None));
    let (hour, minute) = hour.unwrap_or((0, None));
    let (minute, second) = minute.unwrap_or((0, None));
    let seconds = (hour * 60 + minute) * 60 + second.unwrap_or(0);
    Ok((rest, days_since_1970(year, month, day) * 86_400 + seconds))
}

const fn year_days(year: u64) -> u64 {
    // The one year of a century among them, 2000, is a leap year as well.
    if year.is_multiple_of(4) { 366 } else { 365 }
}

const fn month_days(year: u64, month: u64) -> u64 {
    match month {
        2 => year_days(year) - 337,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A day that its month does not have falls into the next month.
fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    let years: u64 = (1970..year).map(year_days).sum();
    let months: u64 = (1..month).map(|month| month_days(year, month)).sum();
    years + months + day - 1
}

/// Year, month and day of a day counted from 1970 on.
fn calendar(days: u64) -> (u64, u64, u64) {
    let (mut year, mut month, mut rest) = (1970, 1, days);
    while rest >= year_days(year) {
        rest -= year_days(year);
        year += 1;
    }
    while rest >= month_days(year, month) {
        rest -= month_days(year, month);
        month += 1;
    }
    (year, month, rest + 1)
}

fn print_time(seconds: u64, out: &mut Vec<u8>) {
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    out.extend_from_slice(format!("{hour:02}:{minute:02}:{second:02}").as_bytes());
}

fn number(given: &Given<'_>, name: &'static str) -> Option<u64> {
    given.values(name).find_map(|value| if let Value::Number(number) = value { Some(number) } else { None })
}

fn start(given: &Given<'_>) -> u64 {
    number(given, "timestart").unwrap_or(0)
}

fn stop(given: &Given<'_>) -> u64 {
    number(given, "timestop").unwrap_or(LAST_SECOND)
}

/// Both times or none, days that are not excluded, and always the last date.
fn save(given: &Given<'_>, out: &mut Vec<u8>) {
    if (start(given), stop(given)) != (0, LAST_SECOND) {
        for (name, time) in [("timestart", start(given)), ("timestop", stop(given))] {
            out.extend_from_slice(format!(" --{name} ").as_bytes());
            print_time(time, out);
        }
    }
    for (name, names, all) in [("monthdays", &MONTH_DAYS, ALL_MONTH_DAYS), ("weekdays", &WEEKDAYS, ALL_WEEKDAYS)] {
        for arg in given.named(name) {
            let Value::Bits(days) = arg.value(given.source) else { continue };
            let days = if arg.negated() { all & !days } else { days };
            if days != all {
                out.extend_from_slice(format!(" --{name} ").as_bytes());
                value::print(Kind::Some(names), &Value::Bits(days), out);
            }
        }
    }
    // The beginning of 1970 stands for none.
    for (name, default) in [("datestart", 0), ("datestop", LAST_DATE)] {
        let date = number(given, name).unwrap_or(default);
        if date > 0 {
            out.extend_from_slice(format!(" --{name} ").as_bytes());
            (DATE.print)(&Value::Number(date), out);
        }
    }
    given.print("kerneltz", out);
    given.print("contiguous", out);
}

const ALL_MONTH_DAYS: u32 = 0xffff_fffe;
const ALL_WEEKDAYS: u32 = 0xfe;

/// As bits by their numbers.
static WEEKDAYS: Names = Names {
    list: &[
        ("Mon", 1 << 1),
        ("Tue", 1 << 2),
        ("Wed", 1 << 3),
        ("Thu", 1 << 4),
        ("Fri", 1 << 5),
        ("Sat", 1 << 6),
        ("Sun", 1 << 7),
        ("Mo", 1 << 1),
        ("Tu", 1 << 2),
        ("We", 1 << 3),
        ("Th", 1 << 4),
        ("Fr", 1 << 5),
        ("Sa", 1 << 6),
        ("Su", 1 << 7),
        ("Monday", 1 << 1),
        ("Tuesday", 1 << 2),
        ("Wednesday", 1 << 3),
        ("Thursday", 1 << 4),
        ("Friday", 1 << 5),
        ("Saturday", 1 << 6),
        ("Sunday", 1 << 7),
        ("1", 1 << 1),
        ("2", 1 << 2),
        ("3", 1 << 3),
        ("4", 1 << 4),
        ("5", 1 << 5),
        ("6", 1 << 6),
        ("7", 1 << 7),
    ],
    one: "a day of the week",
    some: "days of the week: Mon, Tue, Wed, Thu, Fri, Sat, Sun or 1 to 7, with commas between",
};

/// As bits by their numbers.
static MONTH_DAYS: Names = Names {
    list: &[
        ("1", 1 << 1),
        ("2", 1 << 2),
        ("3", 1 << 3),
        ("4", 1 << 4),
        ("5", 1 << 5),
        ("6", 1 << 6),
        ("7", 1 << 7),
        ("8", 1 << 8),
        ("9", 1 << 9),
        ("10", 1 << 10),
        ("11", 1 << 11),
        ("12", 1 << 12),
        ("13", 1 << 13),
        ("14", 1 << 14),
        ("15", 1 << 15),
        ("16", 1 << 16),
        ("17", 1 << 17),
        ("18", 1 << 18),
        ("19", 1 << 19),
        ("20", 1 << 20),
        ("21", 1 << 21),
        ("22", 1 << 22),
        ("23", 1 << 23),
        ("24", 1 << 24),
        ("25", 1 << 25),
        ("26", 1 << 26),
        ("27", 1 << 27),
        ("28", 1 << 28),
        ("29", 1 << 29),
        ("30", 1 << 30),
        ("31", 1 << 31),
        ("01", 1 << 1),
        ("02", 1 << 2),
        ("03", 1 << 3),
        ("04", 1 << 4),
        ("05", 1 << 5),
        ("06", 1 << 6),
        ("07", 1 << 7),
        ("08", 1 << 8),
        ("09", 1 << 9),
    ],
    one: "a day of the month",
    some: "days of the month from 1 to 31, with commas between",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Family, testing::saved};

    #[test]
    fn times_and_dates_are_printed_whole() {
        let spelled = |grammar: &Grammar, text: &'static str| {
            let mut out = Vec::new();
            (grammar.print)(&(grammar.read)(text.as_bytes())?, &mut out);
            Some(String::from_utf8(out).unwrap())
        };
        let time = |text| spelled(&TIME_OF_DAY, text);
        assert_eq!(time("8:5").as_deref(), Some("08:05:00"));
        assert_eq!(time("23:59:59").as_deref(), Some("23:59:59"));
        for bad in ["8", "24:00", "8:60", "8:00:60", "8:00:", ""] {
            assert_eq!(time(bad), None, "{bad}");
        }
        let date = |text| spelled(&DATE, text);
        assert_eq!(date("1970").as_deref(), Some("1970-01-01T00:00:00"));
        assert_eq!(date("2000-12-31T23:59").as_deref(), Some("2000-12-31T23:59:00"));
        assert_eq!(date("2020-02-31").as_deref(), Some("2020-03-02T00:00:00"));
        assert_eq!(date("2038-01-19T03:14:07").as_deref(), Some("2038-01-19T03:14:07"));
        for bad in ["2038-01-19T03:14:08", "1969", "2020-13", "2020-01-01 00:00", "20200101", "2020:10"] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }

    #[test]
    fn days_are_saved_as_those_that_match() {
        let v4 = |rule: &str| {
            let saved = saved(Family::Ipv4, &format!("-m time {rule}"));
            saved.replace("-m time ", "").replace(" --datestop 2038-01-19T03:14:07", "")
        };
        assert_eq!(v4("--timestop 8:00"), "--timestart 00:00:00 --timestop 08:00:00");
        assert_eq!(v4("! --weekdays Sa,7"), "--weekdays Mon,Tue,Wed,Thu,Fri");
        assert_eq!(v4("--monthdays 31,1 --localtz"), "--monthdays 1,31 --kerneltz");
        assert_eq!(v4("--weekdays 1,2,3,4,5,6,7 --datestart 2020-02 --utc"), "--datestart 2020-02-01T00:00:00");
        assert!(v4("--timestart 6:00 --timestop 22:00 --contiguous").contains("before the `--timestart`"));
        for bad in ["--weekdays mon", "--weekdays 0", "--monthdays 0", "--monthdays 32"] {
            assert!(v4(bad).contains("with commas between"), "{bad}");
        }
    }
}
