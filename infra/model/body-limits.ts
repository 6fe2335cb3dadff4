import { settingValue } from './setting-value';
import type { System } from './system';

/** What multipart adds to a file: boundaries and the headers of its parts. */
const overhead = 65_536;

/** The largest bodies that the service takes, in bytes: JSON, and uploads with what multipart adds. */
export const bodyLimits = (system: System): { json: number; upload: number } => ({
  json: settingValue<number>(system, 'server.bodyLimit'),
  upload: settingValue<number>(system, 'upload.maxFileSize') + overhead,
});
