package io.vpccni.rpc.socket;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Who may use a Unix socket.
 *
 * @param permissions mode of the socket file
 * @param group group id the file gets; empty leaves that of the process
 * @param peers user ids accepted (SO_PEERCRED); nobody else, not even uid 0
 * @param firstMessage time from connecting to the first complete frame, or HTTP/2 preface
 * @param maxConnections open at the same time; further ones are closed at once
 */
public record SocketRules(
    Path path,
    Set<PosixFilePermission> permissions,
    OptionalInt group,
    Set<Integer> peers,
    Duration firstMessage,
    int maxConnections) {

  /** What {@link #of} allows; a wire contract, see docs/wire.md. */
  public static final Duration FIRST_MESSAGE = Duration.ofSeconds(2);

  public SocketRules {
    path = path.toAbsolutePath().normalize();
    permissions = Set.copyOf(permissions);
    peers = Set.copyOf(peers);
  }

  /**
   * The usual limits: 2 s to the first message, 1024 connections.
   *
   * @param mode as in {@code rw-rw----}
   */
  public static SocketRules of(Path path, String mode, Set<Integer> peers) {
    return new SocketRules(
        path,
        PosixFilePermissions.fromString(mode),
        OptionalInt.empty(),
        peers,
        FIRST_MESSAGE,
        1024);
  }

  public SocketRules withGroup(int gid) {
    return new SocketRules(
        path, permissions, OptionalInt.of(gid), peers, firstMessage, maxConnections);
  }

  public SocketRules withFirstMessage(Duration limit) {
    return new SocketRules(path, permissions, group, peers, limit, maxConnections);
  }

  public SocketRules withMaxConnections(int limit) {
    return new SocketRules(path, permissions, group, peers, firstMessage, limit);
  }
}
