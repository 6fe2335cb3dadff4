import { endShared } from './shared-server';

export default endShared;
