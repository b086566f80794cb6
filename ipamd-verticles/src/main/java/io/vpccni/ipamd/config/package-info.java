/** All settings are parsed here once; nothing else reads the environment. This package is pure. */
@NullMarked
package io.vpccni.ipamd.config;

import org.jspecify.annotations.NullMarked;
