# SPDX-License-Identifier: Apache-2.0
"""Settings, help, licences, news and diagnosis: pages people look for."""
