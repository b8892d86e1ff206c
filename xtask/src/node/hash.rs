//! The hashes in the names that Kubernetes programs give to their chains.

use sha2::{Digest, Sha256};

/// The 16 characters behind `KUBE-SVC-`, `KUBE-EXT-`, `KUBE-FW-` (of the service's port name and its
/// protocol) and `KUBE-SEP-` (of both and the endpoint): `portProtoHash` and
/// `servicePortEndpointChainName` in kube-proxy's `proxier.go`.
pub(super) fn kube(parts: &[&str]) -> String {
    encode(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16, parts)
}

/// What stands behind `cali:` in the comments. Felix takes it from the whole chain above; here it is
/// only as long and as unlike the others.
pub(super) fn calico_rule(parts: &[&str]) -> String {
    encode(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 16, parts)
}

/// The eleven characters behind `cali` in the name of a pod's interface.
pub(super) fn calico_interface(parts: &[&str]) -> String {
    encode(b"0123456789abcdef", 11, parts)
}

/// The first characters of the SHA-256 sum, a digit for as many bits as the alphabet takes.
fn encode<const N: usize>(alphabet: &[u8; N], length: usize, parts: &[&str]) -> String {
    let sum = Sha256::digest(parts.concat());
    let bits = N.ilog2() as usize;
    let bit = |at: usize| sum.get(at / 8).map_or(0, |byte| usize::from(byte >> (7 - at % 8) & 1));
    (0..length)
        .filter_map(|digit| {
            let value = (digit * bits..(digit + 1) * bits).fold(0, |value, at| value << 1 | bit(at));
            alphabet.get(value).map(|&letter| char::from(letter))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn chains_are_named_as_kube_proxy_names_them() {
        // The two chains that every cluster has: of the API server's service and of its DNS.
        assert_eq!(super::kube(&["default/kubernetes:https", "tcp"]), "NPX46M4PTMTKRN6Y");
        assert_eq!(super::kube(&["kube-system/kube-dns:dns", "udp"]), "TCOU7JCQXEZGVUNU");
    }

    #[test]
    fn digits_of_four_bits_are_hexadecimal() {
        // SHA-256 of nothing begins with e3b0c44298fc.
        assert_eq!(super::calico_interface(&[]), "e3b0c44298f");
    }
}
