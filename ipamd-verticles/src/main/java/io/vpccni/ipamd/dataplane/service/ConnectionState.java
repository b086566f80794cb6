package io.vpccni.ipamd.dataplane.service;

import io.vpccni.ipamd.dataplane.DataplaneReply.Unavailable;
import java.nio.file.Path;
import java.util.Optional;

/**
 * This is how far the connection to net-programmer is. What begins with a Sync is numbered from 1,
 * so that what belongs to an older one is dropped: each connection, and what follows a silence on
 * the same connection.
 */
sealed interface ConnectionState {
  /** Returns the number of the present connection, or of the last one; 0 before the first. */
  int connection();

  /** Returns why nothing can be asked of net-programmer now; empty if something can. */
  default Optional<Unavailable> obstacle(Path socket) {
    return switch (this) {
      case Connected _ -> Optional.empty();
      case Disconnected _, Reading _, Syncing _, Pausing _, Unresponsive _ ->
          Optional.of(new Unavailable("net-programmer is not connected (" + socket + ")", false));
    };
  }

  /** There is no connection. */
  record Disconnected(int connection) implements ConnectionState {}

  /**
   * The pool and the branch pods are asked what is desired.
   *
   * @param failures how often that was in vain on this connection, one after the other
   */
  record Reading(int connection, int failures) implements ConnectionState {}

  /**
   * Sync was sent and is not answered yet.
   *
   * @param outdated whether the host should look otherwise by now
   */
  record Syncing(int connection, boolean outdated) implements ConnectionState {}

  /** An attempt to sync came to nothing, and the next one waits for the end of a pause. */
  record Pausing(int connection, int failures) implements ConnectionState {}

  /** net-programmer is connected and has left probes unanswered: nothing is asked of it. */
  record Unresponsive(int connection) implements ConnectionState {}

  /** net-programmer knows the desired state, and may be asked anything. */
  record Connected(int connection) implements ConnectionState {}
}
