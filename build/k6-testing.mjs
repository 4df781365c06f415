export const k6Testing = () => ({ name: 'k6-testing', setup() {} });
