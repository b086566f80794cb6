package io.vpccni.cli.command;

import io.vpccni.cli.agent.Agent;
import io.vpccni.cli.output.Palette;
import java.io.PrintStream;
import java.time.InstantSource;

/** Holds what commands work with besides their options. */
public record CommandContext(
    PrintStream out,
    PrintStream err,
    Palette palette,
    Agent.Connector connector,
    InstantSource clock) {}
