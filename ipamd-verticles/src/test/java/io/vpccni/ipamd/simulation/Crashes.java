package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.pool.state.InFlightRequest;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolState;

/** Says how often a process ends after a command. */
final class Crashes {
  private Crashes() {}

  /** Rare commands crash more often, so that each boundary is crossed in enough seeds. */
  static int oneIn(PoolCommand command, PoolState state) {
    return switch (command) {
      case PoolCommand.Save _, PoolCommand.AnswerAdd _, PoolCommand.AnswerDel _ -> 1200;
      case PoolCommand.StartWiring _ -> 400;
      case PoolCommand.WakeAt _ -> 500;
      case PoolCommand.AskEc2(var _, var ask) ->
          ask instanceof CreateEni && creations(state) > 1 ? 4 : 250;
      case PoolCommand.ListVeths _, PoolCommand.ReadImds _, PoolCommand.Count _ -> 150;
      case PoolCommand.PlacePod _ -> 5;
      case PoolCommand.ApplyHost _ -> 80;
      case PoolCommand.DetachPod _, PoolCommand.Resync _, PoolCommand.SetCheckpointAside _ -> 40;
    };
  }

  /** Returns how many ENIs are being created. */
  static int creations(PoolState state) {
    int creations = 0;
    for (var asked : state.cloud().inFlight().values()) {
      creations += asked instanceof InFlightRequest.ToCreate ? 1 : 0;
    }
    return creations;
  }
}
