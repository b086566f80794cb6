/**
 * This package has the agent's own IMDSv2 client on Vert.x, and the verticle that answers with it.
 */
@NullMarked
package io.vpccni.ipamd.imds.service;

import org.jspecify.annotations.NullMarked;
