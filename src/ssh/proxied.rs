//! PROXY protocol v2: a bastion says for whom it connects, before the first byte of SSH.
//!
//! Only addresses of the settings are believed. From them the header is wanted: a connection without one would count as
//! the bastion's own, and whoever could reach the port through it would choose their address.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::base::limits;

/// How a header begins (haproxy, proxy-protocol.txt §2.2).
const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";

/// Reads a header. `None` is a connection of the bastion's own (`LOCAL`: its check that the port answers).
pub(super) async fn source(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<IpAddr>> {
    let mut head = [0; 16];
    stream.read_exact(&mut head).await?;
    let (signature, rest) = head.split_at(SIGNATURE.len());
    if signature != SIGNATURE {
        return Err(wrong("no header of PROXY protocol v2"));
    }
    let length = usize::from(u16::from_be_bytes([rest[2], rest[3]]));
    if length > limits::PROXY_HEADER_BYTES_MAX {
        return Err(wrong("a header that is too long"));
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    match (rest[0], rest[1]) {
        (0x20, _) => Ok(None),
        // TCP over IPv4: source, destination, both ports.
        (0x21, 0x11) if length >= 12 => Ok(Some(Ipv4Addr::new(body[0], body[1], body[2], body[3]).into())),
        (0x21, 0x21) if length >= 36 => {
            let octets: [u8; 16] = body[..16].try_into().map_err(|_| wrong("a header cut short"))?;
            Ok(Some(IpAddr::from(Ipv6Addr::from(octets)).to_canonical()))
        }
        _ => Err(wrong("a header of another version, or of no address")),
    }
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(parts: &[&[u8]]) -> io::Result<Option<IpAddr>> {
        let all = parts.concat();
        let read = source(&mut all.as_slice()).await;
        if read.is_ok() {
            let mut rest = all.as_slice();
            source(&mut rest).await?;
            assert_eq!(rest, b"SSH-2.0-x", "nothing behind the header is taken");
        }
        read
    }

    const V4: &[u8] = &[192, 0, 2, 7, 10, 0, 0, 1, 0, 22, 0, 22];

    #[tokio::test]
    async fn the_source_of_a_header_is_read_and_nothing_behind_it() {
        let found = read(&[SIGNATURE, &[0x21, 0x11, 0, 12], V4, b"SSH-2.0-x"]).await.unwrap();
        assert_eq!(found, Some([192, 0, 2, 7].into()));
        let mut v6 = [0; 36];
        v6[..16].copy_from_slice(&"2001:db8::7".parse::<Ipv6Addr>().unwrap().octets());
        let found = read(&[SIGNATURE, &[0x21, 0x21, 0, 39], &v6, &[4, 0, 0], b"SSH-2.0-x"]).await.unwrap();
        assert_eq!(found, Some("2001:db8::7".parse().unwrap()));
        assert_eq!(read(&[SIGNATURE, &[0x20, 0, 0, 0], b"SSH-2.0-x"]).await.unwrap(), None);
    }

    #[tokio::test]
    async fn anything_else_is_refused() {
        for parts in [
            &[b"SSH-2.0-OpenSSH_9.2\r\n".as_slice()][..],
            &[b"PROXY TCP4 192.0.2.7 10.0.0.1 1 22\r\n"],
            &[SIGNATURE, &[0x21, 0x11, 0, 12], &V4[..5]],
            &[SIGNATURE, &[0x21, 0x11, 0, 4], &V4[..4]],
            &[SIGNATURE, &[0x11, 0x11, 0, 12], V4],
            &[SIGNATURE, &[0x21, 0x31, 0, 12], V4],
            &[SIGNATURE, &[0x21, 0x11, 0xff, 0xff], V4],
        ] {
            assert!(read(parts).await.is_err(), "{parts:?}");
        }
    }
}
