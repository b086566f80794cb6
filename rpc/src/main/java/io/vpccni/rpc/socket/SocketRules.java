package io.vpccni.rpc.socket;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The rules of a Unix socket say who may use it.
 *
 * @param permissions the mode of the socket file
 * @param group the group id that the file gets; empty leaves that of the process
 * @param peers the user ids that are accepted (SO_PEERCRED); nobody else is, not even uid 0
 * @param firstMessage how long a client may take from connecting to its first complete frame or
 *     HTTP/2 preface
 * @param maxConnections how many connections may be open at the same time; further ones are closed
 *     at once
 */
public record SocketRules(
    Path path,
    Set<PosixFilePermission> permissions,
    OptionalInt group,
    Set<Integer> peers,
    Duration firstMessage,
    int maxConnections) {

  /** {@link #of} allows this time for the first message; it is part of docs/wire.md. */
  public static final Duration FIRST_MESSAGE = Duration.ofSeconds(2);

  public SocketRules {
    path = path.toAbsolutePath().normalize();
    permissions = Set.copyOf(permissions);
    peers = Set.copyOf(peers);
  }

  /**
   * Makes rules with the usual limits, which are 2 s to the first message and 1024 connections.
   *
   * @param mode the mode as in {@code rw-rw----}
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
}
