//! Names that stand for bits or numbers.

/// A list of names, each with its number, in the order in which they are printed.
#[derive(Debug)]
pub struct Names {
    /// Name and number (a bit, where several may be given). A later name for the same number is an alias.
    pub list: &'static [(&'static str, u32)],
    /// What to say where one is missing.
    pub one: &'static str,
    /// What to say where some are missing.
    pub some: &'static str,
}

impl Names {
    /// The number of one name, whatever its case.
    pub fn choice_by_name(&self, text: &[u8]) -> Option<u32> {
        let known = |name: &&(&str, u32)| name.0.as_bytes().eq_ignore_ascii_case(text);
        self.list.iter().find(known).map(|&(_, number)| number)
    }

    /// The number of the first name that begins so, whatever its case.
    pub(super) fn choice_by_start(&self, text: &[u8]) -> Option<u32> {
        let begins = |name: &&(&str, u32)| begins_with(name.0, text);
        self.list.iter().find(begins).map(|&(_, number)| number)
    }

    /// The number of the one name that is this or begins so.
    pub(super) fn only_choice(&self, text: &[u8]) -> Option<u32> {
        self.choice_by_name(text).or_else(|| {
            let mut found = self.list.iter().filter(|name| begins_with(name.0, text));
            let &(_, number) = found.next()?;
            found.next().is_none().then_some(number)
        })
    }

    /// The number of one name, or of a number itself.
    pub(crate) fn choice(&self, text: &[u8]) -> Option<u32> {
        self.choice_by_name(text).or_else(|| {
            let number = super::number::number(text)?;
            u32::try_from(number).ok()
        })
    }

    /// The bits of several names, or of what they begin with, with commas between.
    pub(super) fn bits(&self, text: &[u8]) -> Option<u32> {
        text.split(|&byte| byte == b',').try_fold(0, |bits, name| {
            let known = self.choice_by_name(name).or_else(|| self.choice_by_start(name))?;
            Some(bits | known)
        })
    }

    /// The bits of several whole names with commas between.
    pub(super) fn whole_bits(&self, text: &[u8]) -> Option<u32> {
        text.split(|&byte| byte == b',').try_fold(0, |bits, name| Some(bits | self.choice_by_name(name)?))
    }

    /// The name of a number.
    pub fn name(&self, number: u32) -> Option<&'static str> {
        let of = |name: &&(&'static str, u32)| name.1 == number;
        self.list.iter().find(of).map(|&(name, _)| name)
    }

    /// The names of single bits in the order of the list, each bit by its first name.
    pub fn of_bits(&self, bits: u32) -> impl Iterator<Item = &'static str> {
        let mut rest = bits;
        self.list.iter().filter(|(_, bit)| bit.is_power_of_two()).filter_map(move |&(name, bit)| {
            let is_set = rest & bit != 0;
            rest &= !bit;
            is_set.then_some(name)
        })
    }
}

fn begins_with(name: &str, start: &[u8]) -> bool {
    !start.is_empty()
        && name.as_bytes().get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
}

/// TCP's flags as the bits of its header's byte.
pub static TCP_FLAGS: Names = Names {
    list: &[
        ("FIN", 0x01),
        ("SYN", 0x02),
        ("RST", 0x04),
        ("PSH", 0x08),
        ("ACK", 0x10),
        ("URG", 0x20),
        ("ALL", 0x3f),
        ("NONE", 0),
    ],
    one: "a TCP flag: SYN, ACK, FIN, RST, URG, PSH, ALL or NONE",
    some: "TCP flags: SYN, ACK, FIN, RST, URG, PSH, ALL or NONE, with commas between",
};

/// The types of service of RFC 1349, for the bits that they set in IPv4's TOS field.
pub(super) static TYPES_OF_SERVICE: Names = Names {
    list: &[
        ("Minimize-Delay", 0x10),
        ("Maximize-Throughput", 0x08),
        ("Maximize-Reliability", 0x04),
        ("Minimize-Cost", 0x02),
        ("Normal-Service", 0x00),
    ],
    one: "a type of service: Minimize-Delay, Maximize-Throughput, Maximize-Reliability, Minimize-Cost or Normal-Service",
    some: "types of service",
};

/// TCP's options by the names that TCPOPTSTRIP has for them.
pub(super) static TCP_OPTIONS: Names = Names {
    list: &[("mss", 2), ("wscale", 3), ("sack-permitted", 4), ("sack", 5), ("timestamp", 8), ("md5", 19)],
    one: "a TCP option",
    some: "TCP options",
};

/// Services that people name in rules (IANA's names and Debian's aliases).
pub(super) static SERVICES: Names = Names {
    list: &[
        ("tcpmux", 1),
        ("echo", 7),
        ("discard", 9),
        ("systat", 11),
        ("daytime", 13),
        ("netstat", 15),
        ("qotd", 17),
        ("chargen", 19),
        ("ftp-data", 20),
        ("ftp", 21),
        ("ssh", 22),
        ("telnet", 23),
        ("smtp", 25),
        ("mail", 25),
        ("time", 37),
        ("whois", 43),
        ("nicname", 43),
        ("tacacs", 49),
        ("domain", 53),
        ("bootps", 67),
        ("bootpc", 68),
        ("tftp", 69),
        ("gopher", 70),
        ("finger", 79),
        ("http", 80),
        ("www", 80),
        ("kerberos", 88),
        ("pop2", 109),
        ("pop3", 110),
        ("sunrpc", 111),
        ("portmapper", 111),
        ("auth", 113),
        ("ident", 113),
        ("nntp", 119),
        ("ntp", 123),
        ("epmap", 135),
        ("loc-srv", 135),
        ("netbios-ns", 137),
        ("netbios-dgm", 138),
        ("netbios-ssn", 139),
        ("imap2", 143),
        ("imap", 143),
        ("snmp", 161),
        ("snmp-trap", 162),
        ("snmptrap", 162),
        ("xdmcp", 177),
        ("bgp", 179),
        ("irc", 194),
        ("imap3", 220),
        ("ldap", 389),
        ("svrloc", 427),
        ("https", 443),
        ("snpp", 444),
        ("microsoft-ds", 445),
        ("kpasswd", 464),
        ("submissions", 465),
        ("urd", 465),
        ("smtps", 465),
        ("ssmtp", 465),
        ("isakmp", 500),
        ("exec", 512),
        ("biff", 512),
        ("login", 513),
        ("who", 513),
        ("shell", 514),
        ("syslog", 514),
        ("printer", 515),
        ("talk", 517),
        ("ntalk", 518),
        ("route", 520),
        ("router", 520),
        ("rip", 520),
        ("uucp", 540),
        ("klogin", 543),
        ("kshell", 544),
        ("dhcpv6-client", 546),
        ("dhcpv6-server", 547),
        ("afpovertcp", 548),
        ("rtsp", 554),
        ("nntps", 563),
        ("submission", 587),
        ("ipp", 631),
        ("ldaps", 636),
        ("ldp", 646),
        ("rsync", 873),
        ("ftps-data", 989),
        ("ftps", 990),
        ("telnets", 992),
        ("imaps", 993),
        ("pop3s", 995),
        ("socks", 1080),
        ("openvpn", 1194),
        ("rmiregistry", 1099),
        ("ms-sql-s", 1433),
        ("ms-sql-m", 1434),
        ("l2f", 1701),
        ("l2tp", 1701),
        ("pptp", 1723),
        ("radius", 1812),
        ("radius-acct", 1813),
        ("cisco-sccp", 2000),
        ("nfs", 2049),
        ("gds-db", 3050),
        ("squid", 3128),
        ("mysql", 3306),
        ("ms-wbt-server", 3389),
        ("svn", 3690),
        ("iax", 4569),
        ("ipsec-nat-t", 4500),
        ("sieve", 4190),
        ("mtn", 4691),
        ("sip", 5060),
        ("sip-tls", 5061),
        ("xmpp-client", 5222),
        ("xmpp-server", 5269),
        ("mdns", 5353),
        ("postgresql", 5432),
        ("amqps", 5671),
        ("amqp", 5672),
        ("vnc", 5900),
        ("x11", 6000),
        ("redis", 6379),
        ("ircd", 6667),
        ("ircs-u", 6697),
        ("bacula-dir", 9101),
        ("bacula-fd", 9102),
        ("bacula-sd", 9103),
        ("http-alt", 8080),
        ("webcache", 8080),
        ("puppet", 8140),
        ("git", 9418),
        ("zabbix-agent", 10050),
        ("zabbix-trapper", 10051),
        ("webmin", 10000),
    ],
    one: "a service",
    some: "services",
};
